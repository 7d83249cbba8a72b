import { createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { flushAll } from './flush-folder.ts';

const CHUNK_BYTES = 1_048_576;

/** Stores an uncompressed tar as tar.gz, whole or not at all: temporary name, fsync, rename. Answers its bytes. */
export async function writeDump(tar: Blob, file: string): Promise<number> {
  const unfinished = `${file}.part`;
  try {
    const target = createWriteStream(unfinished, { flush: true });
    await pipeline(chunksOf(tar), createGzip(), target);
    await rename(unfinished, file);
    await flushAll([dirname(file)]);
    return target.bytesWritten;
  } catch (error) {
    await rm(unfinished, { force: true });
    throw error;
  }
}

/** Piece by piece: the whole tar as one buffer would be in memory twice. */
async function* chunksOf(tar: Blob): AsyncGenerator<Buffer> {
  for (let at = 0; at < tar.size; at += CHUNK_BYTES) {
    yield Buffer.from(await tar.slice(at, at + CHUNK_BYTES).arrayBuffer());
  }
}
