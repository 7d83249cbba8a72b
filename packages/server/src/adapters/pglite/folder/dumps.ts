import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';

const KEPT = 3;
const NAME = /^ovation-(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z\.tar\.gz$/;
const UNFINISHED = /^ovation-.*\.part$/;

export interface Dump {
  readonly file: string;
  readonly takenAtMs: number;
}

/** Oldest first; an absent folder has none. */
export async function listDumps(folder: string): Promise<Dump[]> {
  const names = await readdir(folder).catch(() => []);
  return names
    .map((name) => ({ file: join(folder, name), takenAtMs: takenAt(name) }))
    .filter(({ takenAtMs }) => !Number.isNaN(takenAtMs))
    .toSorted((a, b) => a.takenAtMs - b.takenAtMs);
}

export function dumpFile(folder: string, atMs: number): string {
  const stamp = new Date(atMs).toISOString().replace(/\.\d+/, '').replaceAll(/[-:]/g, '');
  return join(folder, `ovation-${stamp}.tar.gz`);
}

/** Keeps the newest three and removes what a killed process left unfinished. */
export async function pruneDumps(folder: string): Promise<void> {
  const old = (await listDumps(folder)).slice(0, -KEPT).map(({ file }) => file);
  const names = await readdir(folder).catch(() => []);
  const unfinished = names.filter((name) => UNFINISHED.test(name)).map((name) => join(folder, name));
  await Promise.all([...old, ...unfinished].map((file) => rm(file, { force: true })));
}

function takenAt(name: string): number {
  const [, ...parts] = NAME.exec(name) ?? [];
  const [year, month, day, hour, minute, second] = parts;
  return Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
}
