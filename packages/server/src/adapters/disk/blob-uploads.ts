import { randomUUID } from 'node:crypto';
import { mkdir, open, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import {
  BlobError,
  type BlobInfo,
  type BlobPart,
  type BlobStore,
  type BlobUploads,
  checkBlobKey,
  checkPartNumber,
  chooseParts,
  PART_MAX_BYTES,
} from '../../ports/blob-store.ts';
import { readBlobBody, readBlobInfo, writeBlobFile } from './blob-file.ts';
import { isMissing, meaningOf } from './errors.ts';

const UPLOAD = /^[0-9a-f-]{36}$/;
/** The file of an upload that holds its key; the others are its parts. */
const KEY_FILE = 'key';

export interface DiskUploadsParts {
  /** a folder for each upload; they stay over restarts */
  readonly folder: string;
  /** where files are until they are whole; on the same disk */
  readonly unfinished: string;
  readonly put: BlobStore['put'];
}

/** Uploads as folders: a part is a file as a blob is one, and joining them is putting a blob. */
export class DiskBlobUploads implements BlobUploads {
  readonly #parts: DiskUploadsParts;

  constructor(parts: DiskUploadsParts) {
    this.#parts = parts;
  }

  async begin(key: string): Promise<string> {
    checkBlobKey(key);
    const upload = randomUUID();
    await meant(async () => {
      await mkdir(this.#folderOf(upload), { recursive: true });
      await writeFile(path.join(this.#folderOf(upload), KEY_FILE), key, { flush: true });
    });
    return upload;
  }

  async putPart(upload: string, n: number, body: AsyncIterable<Uint8Array>): Promise<BlobPart> {
    checkPartNumber(n);
    await this.#keyOf(upload);
    const unfinished = path.join(this.#parts.unfinished, randomUUID());
    try {
      const { bytes } = await writeBlobFile(unfinished, body, PART_MAX_BYTES);
      await rename(unfinished, path.join(this.#folderOf(upload), String(n)));
      return { n, bytes };
    } catch (error) {
      await rm(unfinished, { force: true });
      if (error instanceof BlobError && error.code === 'too_large')
        throw new BlobError('wrong_part', `A part has at most ${PART_MAX_BYTES} bytes`, { cause: error });
      // The upload was ended while its part came.
      throw isMissing(error) ? wrongUpload() : meaningOf(error);
    }
  }

  async parts(upload: string): Promise<BlobPart[]> {
    await this.#keyOf(upload);
    const names = await meant(() => readdir(this.#folderOf(upload)));
    const numbers = names.filter((name) => name !== KEY_FILE).map(Number);
    return Promise.all(numbers.toSorted((a, b) => a - b).map((n) => this.#partOf(upload, n)));
  }

  async complete(upload: string, options: { count: number; maxBytes: number }): Promise<BlobInfo> {
    const key = await this.#keyOf(upload);
    const chosen = chooseParts(await this.parts(upload), options);
    const info = await this.#parts.put(key, this.#joined(upload, chosen), options);
    await this.abort(upload);
    return info;
  }

  async abort(upload: string): Promise<void> {
    if (UPLOAD.test(upload)) await meant(() => rm(this.#folderOf(upload), { recursive: true, force: true }));
  }

  async abortOld(beforeMs: number): Promise<number> {
    let aborted = 0;
    for (const upload of await meant(() => readdir(this.#parts.folder))) {
      const begun = await stat(path.join(this.#folderOf(upload), KEY_FILE)).catch(() => undefined);
      // A folder without a key is one that a crash left while it was begun, or one that is begun now.
      const { mtimeMs } = begun ?? (await stat(this.#folderOf(upload)));
      if (mtimeMs >= beforeMs) continue;
      await this.abort(upload);
      aborted += 1;
    }
    return aborted;
  }

  async *#joined(upload: string, parts: readonly BlobPart[]): AsyncGenerator<Uint8Array> {
    for (const { bytes, n } of parts) {
      const file = await meant(() => open(path.join(this.#folderOf(upload), String(n)), 'r'));
      yield* readBlobBody(file, 0, bytes);
    }
  }

  async #partOf(upload: string, n: number): Promise<BlobPart> {
    await using file = await meant(() => open(path.join(this.#folderOf(upload), String(n)), 'r'));
    const { bytes } = await readBlobInfo(file, `part ${n}`);
    return { n, bytes };
  }

  /** @throws BlobError `wrong_upload` */
  async #keyOf(upload: string): Promise<string> {
    if (!UPLOAD.test(upload)) throw wrongUpload();
    try {
      return await readFile(path.join(this.#folderOf(upload), KEY_FILE), 'utf8');
    } catch (error) {
      throw isMissing(error) ? wrongUpload() : meaningOf(error);
    }
  }

  #folderOf(upload: string): string {
    return path.join(this.#parts.folder, upload);
  }
}

function wrongUpload(): BlobError {
  return new BlobError('wrong_upload', 'There is no such upload: it was never begun, or it has ended');
}

async function meant<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw meaningOf(error);
  }
}
