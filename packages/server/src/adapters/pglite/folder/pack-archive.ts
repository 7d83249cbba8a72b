import { createReadStream, createWriteStream } from 'node:fs';
import { type FileHandle, open, readdir, readFile, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { flushAll } from './flush-folder.ts';
import { BLOCK_BYTES, paddingOf, writeHeader } from './tar-header.ts';

/** Belongs to the process that runs on the folder. */
const LEFT_OUT = 'postmaster.pid';

/**
 * A data folder as one tar beside `target`, while nobody writes to it: this is what the database stands still for.
 * File by file from the disk: PGlite's own dump holds everything in memory, and keeps 25-60 MB of it after each.
 */
export async function copyToTar(folder: string, target: string): Promise<string> {
  const tar = `${target}.tar.part`;
  await using file = await open(tar, 'w');
  await addFolder(file, folder, '');
  await file.writeFile(Buffer.alloc(2 * BLOCK_BYTES));
  return tar;
}

/** Compresses the tar and puts it in place whole or not at all: temporary name, fsync, rename. Answers its bytes. */
export async function compressTar(tar: string, target: string): Promise<number> {
  const unfinished = `${target}.part`;
  try {
    const output = createWriteStream(unfinished, { flush: true });
    await pipeline(createReadStream(tar), createGzip(), output);
    await rename(unfinished, target);
    await flushAll([dirname(target)]);
    return output.bytesWritten;
  } finally {
    await Promise.all([tar, unfinished].map((file) => rm(file, { force: true })));
  }
}

async function addFolder(file: FileHandle, root: string, path: string): Promise<void> {
  for (const entry of await readdir(join(root, path), { withFileTypes: true })) {
    const inner = path === '' ? entry.name : `${path}/${entry.name}`;
    if (entry.isDirectory()) {
      await file.writeFile(writeHeader({ path: inner, isFolder: true, size: 0 }));
      await addFolder(file, root, inner);
    } else if (entry.isFile() && entry.name !== LEFT_OUT) {
      // PostgreSQL cuts its files at 1 GB.
      const content = await readFile(join(root, inner));
      await file.writeFile(writeHeader({ path: inner, isFolder: false, size: content.length }));
      await file.writeFile(content);
      await file.writeFile(Buffer.alloc(paddingOf(content.length)));
    }
  }
}
