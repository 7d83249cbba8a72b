import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { cp, mkdtemp, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { createManualClock } from '../../../../test/support/manual-clock.ts';
import { openLmdbEventLog } from '../event-log.ts';
import { findDamage } from './check-file.ts';

const PAGE = 4_096;

/** What a start does with the log, and a little more: opens it, reads the ends of all partitions, appends, reads. */
const opener = `
  import { openLmdbEventLog } from ${JSON.stringify(new URL('../event-log.ts', import.meta.url).href)};
  import { createSystemClock } from ${JSON.stringify(new URL('../../system/clock.ts', import.meta.url).href)};
  for (const folder of process.argv.slice(1)) {
    try {
      const log = await openLmdbEventLog({ folder, clock: createSystemClock() });
      await log.createTopic({ name: 'fresh', partitions: 2, retentionMs: 86_400_000 });
      for (let n = 0; n < 8; n++) await log.append('fresh', [{ value: 'x'.repeat(300 * n) }]);
      await log[Symbol.asyncDispose]();
      console.log('opened');
    } catch (error) {
      console.log(error.name + ': ' + error.message);
    }
  }
`;

let base: string;

async function newFolder(): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'ovation-damage-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** A log that was written, read and trimmed for a while. */
beforeAll(async () => {
  base = mkdtempSync(path.join(tmpdir(), 'ovation-damage-base-'));
  const clock = createManualClock();
  await using log = await openLmdbEventLog({ folder: base, clock });
  await log.createTopic({ name: 'a', partitions: 4, retentionMs: 3_600_000 });
  await log.createTopic({ name: 'b', partitions: 3, retentionMs: 600_000 });
  for (let n = 0; n < 900; n++) {
    const value = 'x'.repeat(n % 40 === 0 ? 30_000 : n % 700);
    await log.append(n % 3 === 0 ? 'b' : 'a', [{ partition: n % 3, value }]);
    clock.advance(4_000);
  }
  await log.commit('g', 'a', new Map([[0, 5]]));
});

afterAll(() => rmSync(base, { recursive: true, force: true }));

const file = (folder: string) => path.join(folder, 'data.mdb');

/** A copy with a change of its bytes. */
async function damaged(change: (bytes: Buffer) => Buffer | undefined): Promise<string> {
  const folder = await newFolder();
  await cp(base, folder, { recursive: true });
  const bytes = await readFile(file(folder));
  await writeFile(file(folder), change(bytes) ?? bytes);
  return folder;
}

/** Copies with so many changes, one after the other: the changes are drawn. */
async function damagedTimes(count: number, change: (bytes: Buffer) => Buffer | undefined): Promise<string[]> {
  const folders: string[] = [];
  for (let n = 0; n < count; n++) folders.push(await damaged(change));
  return folders;
}

/** What a process of its own says of each folder. It must end by itself, with 0. */
async function openAll(folders: readonly string[]): Promise<string[]> {
  const child = spawn(process.execPath, ['--input-type=module', '-e', opener, ...folders], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
  const [code, signal] = (await once(child, 'close')) as [number | null, string | null];
  expect([code, signal, output.split('\n').length - 1]).toEqual([0, null, folders.length]);
  return output.trim().split('\n');
}

/** The same numbers at every run. */
function numbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

describe('a damaged event log', () => {
  it('is not one that was written whole', async () => {
    expect(findDamage(file(base))).toBeUndefined();
    expect(await openAll([await damaged(() => undefined)])).toEqual(['opened']);
  });

  it('is named in one sentence that says what to do', async () => {
    const folder = await damaged((bytes) => bytes.subarray(0, PAGE * 3));
    await expect(openLmdbEventLog({ folder, clock: createManualClock() })).rejects.toThrow(
      /^The event log in .* is damaged: .*\. Put back a copy of that folder, or move it away/,
    );
  });

  it('is refused wherever it was cut off', async () => {
    const size = readFileSync(file(base)).length;
    const draw = numbers(7);
    const lengths = [
      1,
      24,
      100,
      152,
      PAGE - 1,
      PAGE,
      PAGE + 1,
      2 * PAGE,
      ...Array.from({ length: 60 }, () => draw(size)),
    ];
    const folders = await Promise.all(lengths.map((length) => damaged((bytes) => bytes.subarray(0, length))));
    for (const [index, said] of (await openAll(folders)).entries()) {
      // Free pages at the end may be missing: LMDB itself leaves them out.
      if (said !== 'opened') expect(said).toMatch(/^EventLogError: The event log in \S+ is damaged: /);
      else expect(lengths[index]).toBeGreaterThan(size * 0.8);
    }
  });

  it('ends no process when bytes of its meta pages are others', async () => {
    const draw = numbers(11);
    const flip = (bytes: Buffer) => {
      const at = draw(2) * PAGE + draw(24 + 144);
      bytes[at] = (bytes[at] ?? 0) ^ (1 << draw(8));
      return bytes;
    };
    const said = await openAll(await damagedTimes(80, flip));
    expect(said.filter((one) => one !== 'opened' && !one.startsWith('EventLogError: The event log in '))).toEqual([]);
    expect(said.filter((one) => one !== 'opened').length).toBeGreaterThan(5);
  });

  it('ends no process when bytes of any page are others', async () => {
    const draw = numbers(13);
    const overwrite = (bytes: Buffer) => {
      // The first bytes of a page say what stands where in it.
      const at = (2 + draw(bytes.length / PAGE - 2)) * PAGE + draw(draw(2) === 0 ? 64 : PAGE - 8);
      for (let n = 0; n < 8; n++) bytes[at + n] = draw(256);
      return bytes;
    };
    const said = await openAll(await damagedTimes(80, overwrite));
    expect(said.filter((one) => one !== 'opened' && !one.startsWith('EventLogError: The event log in '))).toEqual([]);
  });

  it('may be empty, and is refused when it is a text, nothing but zeros, or noise', async () => {
    const draw = numbers(17);
    const folders = await Promise.all([
      damaged((bytes) => bytes.subarray(0, 0)),
      damaged(() => Buffer.from('This is a text, not a log.\n'.repeat(1_000))),
      damaged((bytes) => Buffer.alloc(bytes.length)),
      damaged((bytes) => Buffer.from(bytes.map(() => draw(256)))),
    ]);
    const said = await openAll(folders);
    expect(said[0]).toBe('opened');
    for (const one of said.slice(1)) expect(one).toMatch(/is damaged: it is no file of LMDB/);
  });

  it('does not depend on the file of locks', async () => {
    const folder = await damaged(() => undefined);
    await writeFile(path.join(folder, 'lock.mdb'), 'not a file of locks');
    expect(await openAll([folder])).toEqual(['opened']);
    await truncate(path.join(folder, 'lock.mdb'), 0);
    expect(await openAll([folder])).toEqual(['opened']);
  });
});
