import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { copyFile, cp, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { once } from 'node:events';
import { sql } from 'kysely';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import type { Database } from '../../../ports/database.ts';
import { createManualClock, type ManualClock } from '../../../../test/support/manual-clock.ts';
import { silentLogger } from '../../../telemetry/logger.ts';
import { openPgliteDatabase, type PgliteOptions } from '../database.ts';

const HOUR_MS = 3_600_000;

async function newFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'ovation-pglite-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

const migrations = [{ name: 'test-001-notes', up: 'create table notes (id int primary key)' }];

function open(root: string, options: Partial<PgliteOptions> & { clock?: ManualClock } = {}): Promise<Database> {
  const folder = join(root, 'db');
  return openPgliteDatabase({ folder, migrations, clock: createManualClock(), logger: silentLogger(), ...options });
}

async function note(database: Database, id: number): Promise<void> {
  await sql`insert into notes (id) values (${id})`.execute(database.sql);
}

async function notes(database: Database): Promise<unknown[]> {
  const { rows } = await sql<{ id: number }>`select id from notes order by id`.execute(database.sql);
  return rows.map(({ id }) => id);
}

/** Lets an hour pass, and another if the check of the last one was still running. */
async function passUntil(clock: ManualClock, done: () => Promise<boolean>): Promise<void> {
  await vi.waitFor(
    async () => {
      clock.advance(HOUR_MS);
      await vi.waitFor(async () => expect(await done()).toBe(true), { timeout: 3_000, interval: 20 });
    },
    { timeout: 200_000 },
  );
}

async function dumpsOf(root: string): Promise<string[]> {
  const names = await readdir(join(root, 'dumps'));
  return names.filter((name) => name.endsWith('.tar.gz')).toSorted();
}

describe('the embedded database on disk', () => {
  it('keeps data and epoch over an orderly stop, under any boot', async () => {
    const root = await newFolder();
    const first = await open(root, { bootId: 'monday' });
    await note(first, 1);
    await first[Symbol.asyncDispose]();
    await using second = await open(root, { bootId: 'tuesday' });
    expect(second.epoch).toBe(first.epoch);
    expect(await notes(second)).toEqual([1]);
  });

  it('keeps everything acknowledged over kill -9, and begins a new timeline only if the machine started anew', async () => {
    const root = await newFolder();
    const { epoch, acknowledged } = await writeUntilKilled(root);

    const same = await openCopy(root, 'monday');
    expect(same.epoch).toBe(epoch);
    // One more may be committed than its writer lived to say.
    expect(same.notes.slice(0, acknowledged.length)).toEqual(acknowledged);
    expect(same.notes.length).toBeLessThanOrEqual(acknowledged.length + 1);

    const [random, timeline] = epoch.split('.');
    const other = await openCopy(root, 'tuesday');
    expect(other).toEqual({ epoch: `${random}.${Number(timeline) + 1}`, notes: same.notes });
  });

  it('writes an hourly dump, keeps three, and goes back to one under a new epoch', async () => {
    const root = await newFolder();
    const clock = createManualClock();
    const database = await open(root, { clock });
    let newest: string | undefined;
    for (const id of [1, 2, 3, 4]) {
      await note(database, id);
      await passUntil(clock, async () => (await dumpsOf(root)).at(-1) !== newest);
      newest = (await dumpsOf(root)).at(-1);
    }
    await vi.waitFor(async () => expect(await dumpsOf(root)).toHaveLength(3), { timeout: 200_000 });
    await database[Symbol.asyncDispose]();

    const [oldest = ''] = await dumpsOf(root);
    await copyFile(join(root, 'dumps', oldest), join(root, 'restore.tar.gz'));
    await using restored = await open(root, { clock });
    expect(await notes(restored)).toEqual([1, 2]);
    expect(restored.epoch.split('.')[0]).not.toBe(database.epoch.split('.')[0]);
    expect(existsSync(join(root, 'restore.tar.gz'))).toBe(false);
    expect((await readdir(root)).some((name) => name.startsWith('db.replaced-'))).toBe(true);
  });

  it('writes no dump while nothing is written', async () => {
    const root = await newFolder();
    const clock = createManualClock();
    await using database = await open(root, { clock });
    await note(database, 1);
    await passUntil(clock, async () => (await dumpsOf(root)).length === 1);
    for (let hours = 0; hours < 3; hours += 1) {
      clock.advance(HOUR_MS);
      // A round trip, so that the check which this hour started has been answered.
      await database.ping(HOUR_MS);
    }
    expect(await dumpsOf(root)).toHaveLength(1);
  });

  it('says what is wrong, which dump there is and how to go back to it', async () => {
    const root = await newFolder();
    const clock = createManualClock();
    const database = await open(root, { clock });
    await note(database, 1);
    await passUntil(clock, async () => (await dumpsOf(root)).length === 1);
    await database[Symbol.asyncDispose]();
    const [dump = ''] = await dumpsOf(root);

    await writeFile(join(root, 'db', 'global', 'pg_control'), 'not a control file');
    const opening = open(root, { clock });
    await expect(opening).rejects.toThrow(join(root, 'dumps', dump));
    await expect(opening).rejects.toThrow(join(root, 'restore.tar.gz'));
  });

  it('refuses a folder without PG_VERSION instead of building a new database over it', async () => {
    const root = await newFolder();
    const database = await open(root);
    await database[Symbol.asyncDispose]();
    await rm(join(root, 'db', 'PG_VERSION'));
    await expect(open(root)).rejects.toThrow('PG_VERSION');
    expect((await readdir(join(root, 'db'))).length).toBeGreaterThan(10);
  });

  it('starts from nothing when the template does not open', async () => {
    const root = await newFolder();
    const templateFile = join(root, 'broken.tar.gz');
    await writeFile(templateFile, 'this is no archive');
    await using database = await open(root, { templateFile });
    await note(database, 1);
    expect(await notes(database)).toEqual([1]);
  });

  it('begins again when an earlier first start was cut off while it filled the folder', async () => {
    const root = await newFolder();
    const database = await open(root);
    await database[Symbol.asyncDispose]();
    await rm(join(root, 'db', 'base'), { recursive: true });
    await writeFile(join(root, 'db.unfinished'), '');
    await using again = await open(root);
    expect(await notes(again)).toEqual([]);
  });
});

/** Opens in another process, which acknowledges notes on its output until it is killed. */
async function writeUntilKilled(root: string): Promise<{ epoch: string; acknowledged: number[] }> {
  const script = new URL('../../../../test/support/write-until-killed.ts', import.meta.url).pathname;
  const writer = spawn(process.execPath, [script, join(root, 'db')], { stdio: ['ignore', 'pipe', 'inherit'] });
  let output = '';
  writer.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
  const exited = once(writer, 'exit');
  await vi.waitFor(() => expect(output.split('\n').length).toBeGreaterThan(50), { timeout: 200_000 });
  writer.kill('SIGKILL');
  await exited;
  const [epoch = '', ...ids] = output.split('\n').slice(0, -1);
  return { epoch, acknowledged: ids.map(Number) };
}

/** Opens a copy, because opening and closing a folder makes it a cleanly stopped one. */
async function openCopy(root: string, bootId: string) {
  const copy = await newFolder();
  await cp(join(root, 'db'), join(copy, 'db'), { recursive: true });
  await using database = await open(copy, { bootId });
  return { epoch: database.epoch, notes: await notes(database) };
}
