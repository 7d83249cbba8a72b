import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import {
  type CompletedPart,
  DeleteObjectCommand,
  GetObjectCommand,
  type GetObjectCommandOutput,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import type { BlobService } from '../../config/services.ts';
import {
  type Blob,
  BlobError,
  type BlobInfo,
  type BlobStore,
  type BlobUploads,
  type ByteRange,
  checkBlobKey,
  isBlobKey,
  PART_MAX_BYTES,
} from '../../ports/blob-store.ts';
import { type Bucket, isMissing, isWrongRange, meaningOf, meant, openBucket } from './bucket.ts';
import { cutBody, type Piece } from './cut-body.ts';
import { abortUnfinished, beginUnfinished, joinParts, publish, uploadPart } from './unfinished.ts';
import { COPY_MAX_BYTES, S3BlobUploads } from './uploads.ts';

const LIST_MAX = 1_000;
/** Keys of one page are looked at in groups of this size, each by a request of its own. */
const HEADS_AT_ONCE = 16;

/** Blobs as objects of one bucket, with their SHA-256 in the metadata `sha256`. Opening asks nothing. */
export async function openS3BlobStore({ service }: { service: BlobService }): Promise<BlobStore> {
  return new S3BlobStore(openBucket(service));
}

class S3BlobStore implements BlobStore {
  readonly uploads: BlobUploads;
  readonly #bucket: Bucket;

  constructor(bucket: Bucket) {
    this.#bucket = bucket;
    this.uploads = new S3BlobUploads(bucket, (key) => this.head(key));
  }

  async put(key: string, body: AsyncIterable<Uint8Array>, { maxBytes }: { maxBytes: number }): Promise<BlobInfo> {
    checkBlobKey(key);
    const pieces = cutBody(body, { maxBytes: Math.min(maxBytes, COPY_MAX_BYTES), pieceBytes: PART_MAX_BYTES });
    const first = await pieces.next();
    if (first.done) throw new Error('A body is cut into one piece at least');
    if (first.value.isLast) await this.#putWhole(key, first.value.bytes);
    else await this.#putInParts(key, first.value, pieces);
    const info = await this.head(key);
    if (!info) throw new BlobError('unavailable', `Blob ${key} was deleted while it was put`);
    return info;
  }

  async get(key: string, range?: ByteRange): Promise<Blob | undefined> {
    checkBlobKey(key);
    if (range) checkRange(range);
    const { client, name } = this.#bucket;
    const asked = range && { Range: `bytes=${range.from}-${range.to ?? ''}` };
    try {
      const answer = await client.send(new GetObjectCommand({ Bucket: name, Key: key, ...asked }));
      return blobOf(key, answer);
    } catch (error) {
      if (isMissing(error)) return undefined;
      if (range && isWrongRange(error)) throw wrongRange(range);
      throw meaningOf(error);
    }
  }

  async head(key: string): Promise<BlobInfo | undefined> {
    checkBlobKey(key);
    const found = await this.#look(key);
    return found && infoOf(key, found);
  }

  async delete(key: string): Promise<boolean> {
    // S3 answers the same whether there was one or not.
    if (!(await this.head(key))) return false;
    const { client, name } = this.#bucket;
    await meant(() => client.send(new DeleteObjectCommand({ Bucket: name, Key: key })));
    return true;
  }

  async list(prefix: string, { after = '', limit = LIST_MAX }: { after?: string; limit?: number } = {}) {
    const { client, name } = this.#bucket;
    const found: BlobInfo[] = [];
    for (let from = after; found.length < limit;) {
      const page = {
        Bucket: name,
        Prefix: prefix,
        StartAfter: from,
        MaxKeys: Math.min(limit - found.length, LIST_MAX),
      };
      const { Contents = [], IsTruncated } = await meant(() => client.send(new ListObjectsV2Command(page)));
      const keys = Contents.flatMap(({ Key }) => (Key === undefined ? [] : [Key]));
      const last = keys.at(-1);
      // What is unfinished, and what other programs keep in the bucket, is no blob. Keys of S3 are in the order of their bytes, which for the signs of our keys is that of UTF-16.
      found.push(...(await this.#infosOf(keys.filter((key) => isBlobKey(key)))));
      if (IsTruncated !== true || last === undefined) break;
      from = last;
    }
    return found;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#bucket.client.destroy();
  }

  async #putWhole(key: string, bytes: Buffer): Promise<void> {
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    const { client, name } = this.#bucket;
    const object = { Bucket: name, Key: key, Body: bytes, Metadata: { sha256 }, ChecksumAlgorithm: 'CRC32' as const };
    await meant(() => client.send(new PutObjectCommand(object)));
  }

  /** The hash is known at the end only, so the object is made where it is not seen, and copied with its hash. */
  async #putInParts(key: string, first: Piece, rest: AsyncIterable<Piece>): Promise<void> {
    const unfinished = await meant(() => beginUnfinished(this.#bucket));
    const hash = createHash('sha256');
    const parts: CompletedPart[] = [];
    const add = async ({ bytes }: Piece) => {
      hash.update(bytes);
      parts.push(await meant(() => uploadPart(this.#bucket, unfinished, parts.length + 1, bytes)));
    };
    try {
      await add(first);
      for await (const piece of rest) await add(piece);
      await meant(() => joinParts(this.#bucket, unfinished, parts));
    } catch (error) {
      // What stays behind is removed by `abortOld`.
      await abortUnfinished(this.#bucket, unfinished).catch(() => {});
      throw error;
    }
    await meant(() => publish(this.#bucket, unfinished.key, key, hash.digest('hex')));
  }

  /** Without those that were deleted since they were listed, and without those of other programs. */
  async #infosOf(keys: readonly string[]): Promise<BlobInfo[]> {
    const infos: BlobInfo[] = [];
    for (let from = 0; from < keys.length; from += HEADS_AT_ONCE) {
      const some = keys.slice(from, from + HEADS_AT_ONCE).map(async (key) => {
        const found = await this.#look(key);
        return found?.Metadata?.['sha256'] === undefined ? [] : [infoOf(key, found)];
      });
      infos.push(...(await Promise.all(some)).flat());
    }
    return infos;
  }

  async #look(key: string): Promise<Described | undefined> {
    const { client, name } = this.#bucket;
    try {
      const head = await client.send(new HeadObjectCommand({ Bucket: name, Key: key }));
      return { ...head, bytes: head.ContentLength };
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw meaningOf(error);
    }
  }
}

interface Described {
  readonly bytes: number | undefined;
  readonly LastModified?: Date | undefined;
  readonly Metadata?: Record<string, string> | undefined;
}

/** @throws BlobError `unavailable` for an object that another program has put */
function infoOf(key: string, { bytes, LastModified, Metadata }: Described): BlobInfo {
  const sha256 = Metadata?.['sha256'];
  if (sha256 === undefined || bytes === undefined || !LastModified)
    throw new BlobError(
      'unavailable',
      `The object of blob ${key} has no metadata "sha256": another program has put it`,
    );
  return { key, bytes, sha256, storedAt: LastModified.toISOString() };
}

function blobOf(key: string, { Body, ContentLength, ContentRange, ...answer }: GetObjectCommandOutput): Blob {
  // On Node the body of an answer is a stream of Node.
  const body = Body instanceof Readable ? Body : Readable.from([]);
  // An answer to a range names the whole size behind the slash.
  const whole = ContentRange === undefined ? ContentLength : Number(ContentRange.split('/')[1]);
  try {
    const info = infoOf(key, { ...answer, bytes: whole });
    return {
      info,
      body: readBody(body),
      async [Symbol.asyncDispose]() {
        body.destroy();
      },
    };
  } catch (error) {
    body.destroy();
    throw error;
  }
}

async function* readBody(body: Readable): AsyncGenerator<Uint8Array> {
  try {
    for await (const chunk of body) yield chunk as Uint8Array; // a stream of bytes
  } catch (error) {
    throw meaningOf(error);
  }
}

/** S3 answers everything to a range that it cannot read. @throws BlobError `wrong_range` */
function checkRange(range: ByteRange): void {
  const { from, to = from } = range;
  if (Number.isSafeInteger(from) && Number.isSafeInteger(to) && from >= 0 && from <= to) return;
  throw wrongRange(range);
}

function wrongRange({ from, to }: ByteRange): BlobError {
  return new BlobError('wrong_range', `Bytes ${from} to ${to ?? ''} are not in the file`);
}
