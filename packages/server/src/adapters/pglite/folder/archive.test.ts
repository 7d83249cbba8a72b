import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { compressTar, copyToTar, unpackArchive } from './archive.ts';

let root: string;
let archive: string;
let unpacked: string;

/** A folder as PostgreSQL has it: a file larger than one read, an empty file, an empty folder, a file of its process. */
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'ovation-archive-'));
  onTestFinished(() => rm(root, { recursive: true, force: true }));
  const folder = join(root, 'db');
  archive = join(root, 'db.tar.gz');
  unpacked = join(root, 'unpacked');
  await mkdir(join(folder, 'base', '5'), { recursive: true });
  await mkdir(join(folder, 'pg_notify'));
  await writeFile(join(folder, 'PG_VERSION'), '18\n');
  await writeFile(join(folder, 'base', '5', '1259'), Buffer.alloc(3_000_001, 'page'));
  await writeFile(join(folder, 'base', '5', 'empty'), '');
  await writeFile(join(folder, 'postmaster.pid'), '42');
  await compressTar(await copyToTar(folder, archive), archive);
});

describe('an archive of a data folder', () => {
  it('brings back every file and folder but the one of the process, readable by its owner only', async () => {
    await unpackArchive(archive, unpacked);
    const names = await readdir(unpacked, { recursive: true });
    expect(names.toSorted()).toEqual(['PG_VERSION', 'base', 'base/5', 'base/5/1259', 'base/5/empty', 'pg_notify']);
    const big = join(unpacked, 'base', '5', '1259');
    expect((await readFile(big)).equals(Buffer.alloc(3_000_001, 'page'))).toBe(true);
    const modes = await Promise.all(
      [unpacked, join(unpacked, 'base'), big].map(async (path) => (await stat(path)).mode),
    );
    expect(modes.map((mode) => mode & 0o777)).toEqual([0o700, 0o700, 0o600]);
  });

  it('leaves nothing unfinished beside it', async () => {
    expect((await readdir(root)).toSorted()).toEqual(['db', 'db.tar.gz']);
  });

  it.each([
    ['that was cut short', 'truncated', (tar: Buffer) => tar.subarray(0, tar.length / 2)],
    ['without its end', 'truncated', (tar: Buffer) => tar.subarray(0, -1024)],
    ['with a damaged header', 'checksum', (tar: Buffer) => Buffer.concat([Buffer.from('x'), tar.subarray(1)])],
    ['without files', 'holds no database', () => Buffer.alloc(1024)],
    ['of something else', 'truncated', () => Buffer.from('this is no archive')],
  ])('refuses one %s', async (_what, message, change) => {
    await writeFile(archive, gzipSync(change(gunzipSync(await readFile(archive)))));
    await expect(unpackArchive(archive, unpacked)).rejects.toThrow(message);
  });
});
