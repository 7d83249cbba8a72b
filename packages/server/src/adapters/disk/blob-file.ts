import { createHash } from 'node:crypto';
import { type FileHandle, open } from 'node:fs/promises';
import { BlobError, type BlobInfo, type ByteRange } from '../../ports/blob-store.ts';

/**
 * A blob is one file: its content and then the 32 bytes of its SHA-256. One file, because one rename makes it visible
 * as a whole; a second file for the hash could be of another blob after a crash.
 */
const HASH_BYTES = 32;
const CHUNK_BYTES = 65_536;

/** Writes the file and flushes it to the disk. */
export async function writeBlobFile(
  path: string,
  body: AsyncIterable<Uint8Array>,
  maxBytes: number,
): Promise<Pick<BlobInfo, 'bytes' | 'sha256'>> {
  const hash = createHash('sha256');
  let bytes = 0;
  const file = await open(path, 'wx');
  try {
    for await (const chunk of body) {
      bytes += chunk.length;
      if (bytes > maxBytes)
        throw new BlobError('too_large', `The file is larger than the ${maxBytes} bytes it may have`);
      hash.update(chunk);
      await writeWhole(file, chunk);
    }
    const digest = hash.digest();
    await writeWhole(file, digest);
    await file.sync();
    return { bytes, sha256: digest.toString('hex') };
  } finally {
    await file.close();
  }
}

/** A write may take only a part; `writeFile` on a handle goes on until all is written. */
async function writeWhole(file: FileHandle, bytes: Uint8Array): Promise<void> {
  await file.writeFile(bytes);
}

/** @throws BlobError `unavailable` when it is no blob file */
export async function readBlobInfo(file: FileHandle, key: string): Promise<BlobInfo> {
  const { mtime, size } = await file.stat();
  const bytes = size - HASH_BYTES;
  const digest = new Uint8Array(HASH_BYTES);
  const read = bytes < 0 ? 0 : (await file.read(digest, 0, HASH_BYTES, bytes)).bytesRead;
  if (read !== HASH_BYTES) throw new BlobError('unavailable', `The file of blob ${key} is damaged`);
  return { key, bytes, sha256: Buffer.from(digest).toString('hex'), storedAt: mtime.toISOString() };
}

/** The range within a blob: start, and the byte after the last. @throws BlobError `wrong_range` */
export function cutRange({ from, to }: ByteRange, bytes: number): { start: number; end: number } {
  const end = Math.min(bytes, (to ?? bytes - 1) + 1);
  const isWhole = Number.isSafeInteger(from) && from >= 0 && (to === undefined || Number.isSafeInteger(to));
  if (isWhole && from < end) return { start: from, end };
  throw new BlobError('wrong_range', `Bytes ${from} to ${to ?? ''} are not in a file of ${bytes} bytes`);
}

/** Reads and then closes the file, also when the reader gives up. */
export async function* readBlobBody(file: FileHandle, start: number, end: number): AsyncGenerator<Uint8Array> {
  try {
    for (let at = start; at < end;) {
      const chunk = new Uint8Array(Math.min(CHUNK_BYTES, end - at));
      const { bytesRead } = await file.read(chunk, 0, chunk.length, at);
      if (bytesRead === 0) throw new BlobError('unavailable', 'The file of a blob became shorter while it was read');
      at += bytesRead;
      yield chunk.subarray(0, bytesRead);
    }
  } finally {
    await file.close();
  }
}
