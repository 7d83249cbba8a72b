import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import {
  type CompletedPart,
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  paginateListParts,
} from '@aws-sdk/client-s3';
import {
  BlobError,
  type BlobInfo,
  type BlobPart,
  type BlobUploads,
  checkBlobKey,
  checkPartNumber,
  chooseParts,
  isBlobKey,
  PART_MAX_BYTES,
} from '../../ports/blob-store.ts';
import { type Bucket, isMissing, isWrongUpload, meaningOf, meant } from './bucket.ts';
import { cutBody } from './cut-body.ts';
import {
  abortOldUnfinished,
  abortUnfinished,
  beginUnfinished,
  joinParts,
  publish,
  UNFINISHED,
  type Unfinished,
  uploadPart,
} from './unfinished.ts';

/** What S3 copies at once. */
export const COPY_MAX_BYTES = 5_368_709_120;

interface Upload extends Unfinished {
  /** of the blob */
  readonly target: string;
}

type StoredPart = BlobPart & { readonly stored: CompletedPart };

/** Uploads in parts of S3, which are joined where they are not seen, read for their hash, and copied with it. */
export class S3BlobUploads implements BlobUploads {
  readonly #bucket: Bucket;
  readonly #head: (key: string) => Promise<BlobInfo | undefined>;

  constructor(bucket: Bucket, head: (key: string) => Promise<BlobInfo | undefined>) {
    this.#bucket = bucket;
    this.#head = head;
  }

  async begin(key: string): Promise<string> {
    checkBlobKey(key);
    const { key: unfinished, uploadId } = await meant(() => beginUnfinished(this.#bucket));
    return [unfinished.slice(UNFINISHED.length), uploadId, key].map((part) => encode(part)).join('.');
  }

  async putPart(upload: string, n: number, body: AsyncIterable<Uint8Array>): Promise<BlobPart> {
    checkPartNumber(n);
    const unfinished = readUpload(upload);
    const bytes = await readPart(body);
    await this.#ofUpload(() => uploadPart(this.#bucket, unfinished, n, bytes));
    return { n, bytes: bytes.length };
  }

  async parts(upload: string): Promise<BlobPart[]> {
    const stored = await this.#ofUpload(() => this.#stored(readUpload(upload)));
    return stored.map(({ bytes, n }) => ({ n, bytes }));
  }

  async complete(upload: string, options: { count: number; maxBytes: number }): Promise<BlobInfo> {
    const unfinished = readUpload(upload);
    const limits = { ...options, maxBytes: Math.min(options.maxBytes, COPY_MAX_BYTES) };
    try {
      const chosen = chooseParts(await this.#stored(unfinished), limits);
      const parts = chosen.map(({ stored }) => stored);
      await joinParts(this.#bucket, unfinished, parts);
    } catch (error) {
      // An earlier call may have joined them and failed later.
      if (!isWrongUpload(error)) throw meaningOf(error);
      if (!(await this.#isJoined(unfinished))) throw wrongUpload(error);
    }
    await meant(async () => publish(this.#bucket, unfinished.key, unfinished.target, await this.#hash(unfinished)));
    const info = await this.#head(unfinished.target);
    if (!info) throw new BlobError('unavailable', `Blob ${unfinished.target} was deleted while it was put`);
    return info;
  }

  async abort(upload: string): Promise<void> {
    const unfinished = parseUpload(upload);
    if (!unfinished) return;
    const { client, name } = this.#bucket;
    try {
      await abortUnfinished(this.#bucket, unfinished);
    } catch (error) {
      if (!isWrongUpload(error)) throw meaningOf(error);
    }
    await meant(() => client.send(new DeleteObjectCommand({ Bucket: name, Key: unfinished.key })));
  }

  async abortOld(beforeMs: number): Promise<number> {
    return meant(() => abortOldUnfinished(this.#bucket, beforeMs));
  }

  async #stored({ key, uploadId }: Unfinished): Promise<StoredPart[]> {
    const { client, name } = this.#bucket;
    const found: StoredPart[] = [];
    for await (const { Parts = [] } of paginateListParts({ client }, { Bucket: name, Key: key, UploadId: uploadId })) {
      for (const { ChecksumCRC32, ETag, PartNumber: n = 0, Size: bytes = 0 } of Parts) {
        found.push({ n, bytes, stored: { PartNumber: n, ETag, ChecksumCRC32 } });
      }
    }
    return found.toSorted((a, b) => a.n - b.n);
  }

  async #isJoined({ key }: Unfinished): Promise<boolean> {
    const { client, name } = this.#bucket;
    try {
      await client.send(new HeadObjectCommand({ Bucket: name, Key: key }));
      return true;
    } catch (error) {
      if (isMissing(error)) return false;
      throw meaningOf(error);
    }
  }

  async #hash({ key }: Unfinished): Promise<string> {
    const { client, name } = this.#bucket;
    const { Body } = await client.send(new GetObjectCommand({ Bucket: name, Key: key }));
    const hash = createHash('sha256');
    // On Node the body of an answer is a stream of Node.
    if (Body instanceof Readable) for await (const chunk of Body) hash.update(chunk as Uint8Array);
    return hash.digest('hex');
  }

  async #ofUpload<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      throw isWrongUpload(error) ? wrongUpload(error) : meaningOf(error);
    }
  }
}

/** @throws BlobError `wrong_part`, and whatever `body` throws */
async function readPart(body: AsyncIterable<Uint8Array>): Promise<Buffer> {
  try {
    for await (const { bytes } of cutBody(body, { maxBytes: PART_MAX_BYTES, pieceBytes: PART_MAX_BYTES })) return bytes;
  } catch (error) {
    if (error instanceof BlobError && error.code === 'too_large')
      throw new BlobError('wrong_part', `A part has at most ${PART_MAX_BYTES} bytes`, { cause: error });
    throw error;
  }
  return Buffer.alloc(0);
}

const UUID = /^[0-9a-f-]{36}$/;

/** @throws BlobError `wrong_upload` */
function readUpload(upload: string): Upload {
  const read = parseUpload(upload);
  if (!read) throw wrongUpload();
  return read;
}

function parseUpload(upload: string): Upload | undefined {
  const [uuid = '', uploadId = '', target = ''] = upload.split('.').map((part) => decode(part));
  const isUpload = UUID.test(uuid) && uploadId !== '' && isBlobKey(target);
  return isUpload ? { key: UNFINISHED + uuid, uploadId, target } : undefined;
}

function encode(text: string): string {
  return Buffer.from(text).toString('base64url');
}

function decode(text: string): string {
  return Buffer.from(text, 'base64url').toString();
}

function wrongUpload(cause?: unknown): BlobError {
  return new BlobError('wrong_upload', 'There is no such upload: it was never begun, or it has ended', { cause });
}
