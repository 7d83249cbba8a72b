import { randomUUID } from 'node:crypto';
import { mkdir, open, readdir, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import {
  type Blob,
  BlobError,
  type BlobInfo,
  type BlobStore,
  type BlobUploads,
  type ByteRange,
  checkBlobKey,
} from '../../ports/blob-store.ts';
import { cutRange, readBlobBody, readBlobInfo, writeBlobFile } from './blob-file.ts';
import { DiskBlobUploads } from './blob-uploads.ts';
import { codeOf, isMissing, meaningOf } from './errors.ts';

/** No part of a key has this sign: a blob `a` and a folder `a` of blob `a/b` can lie side by side. */
const MARK = '~';
const UNFINISHED = `${MARK}unfinished`;
const UPLOADS = `${MARK}uploads`;
const LIST_MAX = 1_000;

/** Blobs as files under `folder`. What a crash left unfinished is removed when it opens. */
export async function openDiskBlobStore({ folder }: { folder: string }): Promise<BlobStore> {
  const unfinished = path.join(folder, UNFINISHED);
  await rm(unfinished, { recursive: true, force: true });
  await mkdir(unfinished, { recursive: true });
  await mkdir(path.join(folder, UPLOADS), { recursive: true });
  return new DiskBlobStore(folder);
}

class DiskBlobStore implements BlobStore {
  readonly uploads: BlobUploads;
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
    this.uploads = new DiskBlobUploads({
      folder: path.join(folder, UPLOADS),
      unfinished: path.join(folder, UNFINISHED),
      put: (key, body, options) => this.put(key, body, options),
    });
  }

  async put(key: string, body: AsyncIterable<Uint8Array>, { maxBytes }: { maxBytes: number }): Promise<BlobInfo> {
    checkBlobKey(key);
    const unfinished = path.join(this.#folder, UNFINISHED, randomUUID());
    try {
      await writeBlobFile(unfinished, body, maxBytes);
      const target = this.#pathOf(key);
      await mkdir(path.dirname(target), { recursive: true });
      await rename(unfinished, target);
      await syncFolder(path.dirname(target));
    } catch (error) {
      await rm(unfinished, { force: true });
      throw meaningOf(error);
    }
    const info = await this.head(key);
    if (!info) throw new BlobError('unavailable', `Blob ${key} was deleted while it was put`);
    return info;
  }

  async get(key: string, range?: ByteRange): Promise<Blob | undefined> {
    checkBlobKey(key);
    const file = await openIfThere(this.#pathOf(key));
    if (!file) return undefined;
    try {
      const info = await readBlobInfo(file, key);
      const { end, start } = range ? cutRange(range, info.bytes) : { start: 0, end: info.bytes };
      return { info, body: readBlobBody(file, start, end), [Symbol.asyncDispose]: () => file.close() };
    } catch (error) {
      await file.close();
      throw error;
    }
  }

  async head(key: string): Promise<BlobInfo | undefined> {
    checkBlobKey(key);
    const file = await openIfThere(this.#pathOf(key));
    if (!file) return undefined;
    try {
      return await readBlobInfo(file, key);
    } finally {
      await file.close();
    }
  }

  async delete(key: string): Promise<boolean> {
    checkBlobKey(key);
    try {
      await rm(this.#pathOf(key));
      return true;
    } catch (error) {
      if (isMissing(error)) return false;
      throw meaningOf(error);
    }
  }

  async list(prefix: string, { after = '', limit = LIST_MAX }: { after?: string; limit?: number } = {}) {
    const found: BlobInfo[] = [];
    if (limit <= 0) return found;
    for await (const key of this.#keysUnder('')) {
      if (!key.startsWith(prefix) || key <= after) continue;
      const info = await this.head(key);
      // Deleted since its name was read.
      if (info) found.push(info);
      if (found.length >= limit) break;
    }
    return found;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    // Nothing is held open but the files that are being read.
  }

  /** In the order of keys: a folder sorts as its name with the slash that follows it in every key below. */
  async *#keysUnder(folder: string): AsyncGenerator<string> {
    const entries = await readdir(path.join(this.#folder, folder), { withFileTypes: true });
    const names = entries
      .filter(({ name }) => !name.startsWith(MARK))
      .map((entry) => (entry.isDirectory() ? `${entry.name}/` : entry.name.slice(0, -MARK.length)))
      .toSorted((a, b) => (a < b ? -1 : 1));
    for (const name of names) {
      if (name.endsWith('/')) yield* this.#keysUnder(folder + name);
      else yield folder + name;
    }
  }

  #pathOf(key: string): string {
    return path.join(this.#folder, ...key.split('/')) + MARK;
  }
}

async function openIfThere(file: string) {
  try {
    return await open(file, 'r');
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw meaningOf(error);
  }
}

/** The name of the file is on the disk only when its folder is. Not every system can flush a folder. */
async function syncFolder(folder: string): Promise<void> {
  try {
    await using handle = await open(folder, 'r');
    await handle.sync();
  } catch (error) {
    if (!['EPERM', 'EISDIR', 'EINVAL', 'EACCES'].includes(codeOf(error) ?? '')) throw error;
  }
}
