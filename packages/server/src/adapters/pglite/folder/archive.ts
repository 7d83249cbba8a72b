import { createReadStream, createWriteStream, existsSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createGzip } from 'node:zlib';
import { flushAll } from './flush-folder.ts';

/** Belongs to the process that runs on the folder. */
const LEFT_OUT = 'postmaster.pid';

/**
 * Packs a data folder as one tar beside `target`. The database stands still meanwhile: nothing may write to the folder.
 * File by file from the disk: PGlite's own dump holds everything in memory, and keeps 25-60 MB of it after each.
 */
export async function copyToTar(folder: string, target: string): Promise<string> {
  // Read when it is needed: most starts neither pack nor unpack.
  const { packTar } = await import('modern-tar/fs');
  const tar = `${target}.tar.part`;
  await pipeline(packTar(folder, { filter: (path) => basename(path) !== LEFT_OUT }), createWriteStream(tar));
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

/**
 * Unpacks the tar.gz of a data folder, file by file: PGlite's own way holds the whole archive
 * several times in memory, for good (100 MB for an empty database), and takes half a second longer.
 * @throws Error when the file is not such an archive, or ends too early
 */
export async function unpackArchive(archive: string, folder: string): Promise<void> {
  const { unpackTar } = await import('modern-tar/fs');
  await mkdir(folder, { recursive: true, mode: 0o700 });
  // Without `strict` an archive that was cut short counts as whole.
  const unpacked = unpackTar(folder, { strict: true, fmode: 0o600, dmode: 0o700 });
  await pipeline(createReadStream(archive), createGunzip(), unpacked);
  // PGlite would build a new database over whatever else was in it.
  if (!existsSync(join(folder, 'PG_VERSION'))) throw new Error(`${archive} holds no database`);
}
