import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { Places } from './places.ts';
import { Spool } from './spool.ts';

const LIMITS = { maxBytes: 100, perCaller: 2, inAll: 3, allBytes: 150 };

async function* pieces(...sizes: number[]) {
  for (const size of sizes) yield new Uint8Array(size);
}

async function newSpool() {
  const folder = await mkdtemp(path.join(tmpdir(), 'ovation-spool-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return { folder, spool: new Spool(folder, LIMITS) };
}

it('keeps a file until it is disposed, and gives its bytes as they came', async () => {
  const { folder, spool } = await newSpool();
  const file = await spool.take(pieces(60, 0, 40), 'a');
  let bytes = 0;
  for await (const piece of file.read()) bytes += piece.length;
  expect(bytes).toBe(100);
  expect(await readdir(folder)).toHaveLength(1);
  await file[Symbol.asyncDispose]();
  expect(await readdir(folder)).toEqual([]);
});

it('bounds a file, the files of a caller, all files and all bytes, and counts what has gone no more', async () => {
  const { folder, spool } = await newSpool();
  await expect(spool.take(pieces(60, 41), 'a')).rejects.toMatchObject({ kind: 'too_large' });
  const first = await spool.take(pieces(60), 'a');
  await spool.take(pieces(60), 'a');
  await expect(spool.take(pieces(1), 'a')).rejects.toMatchObject({ kind: 'busy' });
  await expect(spool.take(pieces(31), 'b')).rejects.toMatchObject({ kind: 'busy' });
  await spool.take(pieces(30), 'b');
  await expect(spool.take(pieces(0), 'c')).rejects.toMatchObject({ kind: 'busy' });
  await first[Symbol.asyncDispose]();
  await spool.take(pieces(50), 'c');
  expect(await readdir(folder)).toHaveLength(3);
});

it('begins with an empty folder, whatever a killed server left', async () => {
  const { folder, spool } = await newSpool();
  await writeFile(path.join(folder, 'left behind'), 'a file');
  await spool.clear();
  await using _file = await spool.take(pieces(1), 'a');
  expect(await readdir(folder)).toHaveLength(1);
});

it('gives places in order, and not to those who have left', async () => {
  const places = new Places(1);
  const order: string[] = [];
  const wanted = new AbortController();
  const first = await places.take(wanted.signal);
  const leaving = new AbortController();
  const second = places.take(leaving.signal).then(
    () => order.push('second'),
    () => order.push('left'),
  );
  const third = places.take(wanted.signal).then((place) => {
    order.push('third');
    return place;
  });
  leaving.abort();
  await second;
  first[Symbol.dispose]();
  (await third)[Symbol.dispose]();
  using _again = await places.take(wanted.signal);
  expect(order).toEqual(['left', 'third']);
});
