import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { topicSpecs, TOPICS } from '@ovation/protocol';
import { sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openLmdbEventLog } from '../../src/adapters/lmdb/event-log.ts';
import { openPgliteDatabase } from '../../src/adapters/pglite/database.ts';
import { rebuildCommand } from '../../src/commands/rebuild/rebuild.ts';
import { openDataFolder } from '../../src/host/data-folder.ts';
import { readMigrations } from '../../src/modules/migrations.ts';
import type { Database } from '../../src/ports/database.ts';
import { createManualClock } from '../support/manual-clock.ts';
import { runModel } from '../crash-model/run-model.ts';
import { type PreparedRun, writeLogs } from '../crash-model/write-logs.ts';
import { silentLogger } from '../../src/telemetry/logger.ts';
import { FakeIo } from '../support/fake-command-io.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'ovation-rebuild-'));
});
afterEach(() => rm(folder, { recursive: true }));

async function withDatabase<T>(work: (database: Database) => Promise<T>): Promise<T> {
  const parts = { clock: createManualClock(Date.now()), logger: silentLogger() };
  const database = await openPgliteDatabase({
    folder: path.join(folder, 'db'),
    migrations: readMigrations(),
    ...parts,
  });
  try {
    return await work(database);
  } finally {
    await database[Symbol.asyncDispose]();
  }
}

/** A folder whose read models come from analyzers that died and were replaced. */
async function livedIn({ retentionMs }: { retentionMs: number }): Promise<PreparedRun[]> {
  // Whole minutes: how much is older than its retention must not depend on the second at which the test begins.
  const clock = createManualClock(Math.floor(Date.now() / 60_000 - 60) * 60_000);
  await using eventLog = await openLmdbEventLog({ folder: path.join(folder, 'log'), clock });
  const others = topicSpecs('embedded').filter(({ name }) => name !== TOPICS.activity);
  for (const spec of others) await eventLog.createTopic(spec);
  await eventLog.createTopic({ name: TOPICS.activity, partitions: 2, retentionMs });
  const runs = await writeLogs(eventLog, clock, [1, 2], TOPICS.activity);
  await withDatabase(async (database) => {
    for (const { run } of runs) await runModel({ eventLog, database, engine: {} }, run);
  });
  // What outlived its retention goes.
  clock.advance(60_000);
  await eventLog.createTopic({ name: 'after-the-trim', partitions: 1, retentionMs });
  return runs;
}

async function rebuilt(...more: string[]): Promise<{ code: number; out: string; err: string }> {
  const io = new FakeIo();
  const code = await rebuildCommand.run(['--from', '0', '--data-dir', folder, ...more], io);
  return { code, ...io.written };
}

async function tables() {
  return withDatabase(async (database) => {
    const { rows } = await sql<Record<string, unknown>>`
      select (select count(*) from activity_windows) as windows,
        (select json_agg(json_build_array(id, created_at) order by id) from significant_moments) as moments,
        (select count(*) from entries) as entries, (select count(*) from outbox) as outbox`.execute(database.sql);
    return rows[0];
  });
}

describe('ovation rebuild', () => {
  it('makes the same read models again from the log, and tells nobody twice (S0-17, S2-09, C5)', async () => {
    await livedIn({ retentionMs: 86_400_000 });
    const before = await tables();
    const { code, err, out } = await rebuilt();
    expect({ code, err }).toEqual({ code: 0, err: expect.stringMatching(/^\d+ of \d+ records\n$/) });
    expect(out).toMatch(/before {2}([0-9a-f]{64})\nafter {3}\1\nEqual\./);
    expect(await tables()).toEqual(before);
    expect(before?.['moments']).not.toHaveLength(0);
  });

  it('brings back what somebody changed or removed by hand, and says that it was not equal', async () => {
    const runs = await livedIn({ retentionMs: 86_400_000 });
    const before = await tables();
    await withDatabase(async ({ sql: statements }) => {
      await sql`delete from significant_moments where channel = ${runs[0]?.run.channels[0]}`.execute(statements);
      await sql`update activity_windows set collected = collected + 1`.execute(statements);
    });
    const { code, out } = await rebuilt();
    expect(code).toBe(1);
    expect(out).toContain('Not equal.');
    expect(await tables()).toEqual(before);
    expect(await rebuilt()).toMatchObject({ code: 0, out: expect.stringContaining('Equal.') });
  });

  it('leaves older windows alone where retention has removed the beginning, and says from where it rebuilt', async () => {
    const runs = await livedIn({ retentionMs: 150_000 });
    const before = await tables();
    const { code, out } = await rebuilt();
    expect(code).toBe(0);
    expect(out).toMatch(/Retention has removed the log's beginning: rebuilt from \d{4}-.*:00\.000Z on/);
    expect(await tables()).toMatchObject({ windows: before?.['windows'], entries: before?.['entries'] });
    const firstWindow = Date.parse(/from (\S+) on/.exec(out)?.[1] ?? '');
    const isOlder = (key: string) => Number(key.split(' ')[1]) < firstWindow;
    expect(runs.some(({ reference }) => [...reference.windows.keys()].some(isOlder))).toBe(true);
    expect(runs.some(({ reference }) => [...reference.windows.keys()].some((key) => !isOlder(key)))).toBe(true);
  });

  it('refuses while a server runs on the folder, and any start but the first', async () => {
    await using _server = await openDataFolder(folder);
    expect(await rebuilt()).toMatchObject({ code: 1, err: expect.stringContaining('Another Ovation is running') });
    const io = new FakeIo();
    expect(await rebuildCommand.run(['--from', '7'], io)).toBe(2);
    expect(io.written.err).toContain('Only --from 0');
  });
});
