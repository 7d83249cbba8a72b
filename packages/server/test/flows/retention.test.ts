import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { TOPICS } from '@ovation/protocol';
import { sql } from 'kysely';
import { expect, it, onTestFinished, vi } from 'vitest';
import { createInProcessEphemeralStore } from '../../src/adapters/in-process/ephemeral-store.ts';
import { createInProcessLiveBus } from '../../src/adapters/in-process/live-bus.ts';
import { openLmdbEventLog } from '../../src/adapters/lmdb/event-log.ts';
import { openPgliteDatabase } from '../../src/adapters/pglite/database.ts';
import { createModules, readModules } from '../../src/compose/create-modules.ts';
import { createPlatform } from '../../src/compose/create-platform.ts';
import { createConfig } from '../../src/config/config.ts';
import type { Environment } from '../../src/config/names.ts';
import { ClosingStack } from '../../src/host/closing-stack.ts';
import { readMigrations } from '../../src/modules/migrations.ts';
import { silentLogger } from '../../src/telemetry/logger.ts';
import { createManualClock } from '../support/manual-clock.ts';

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
const moments = [
  ['significant_moments', 'ratio'],
  ['audience_moments', 'surge'],
] as const;

/** The worker of the product, with a clock that is moved by hand. */
async function startWorker(environment: Environment = {}) {
  const closing = new ClosingStack();
  onTestFinished(() => closing[Symbol.asyncDispose]());
  const folder = await mkdtemp(path.join(tmpdir(), 'ovation-retention-'));
  closing.defer(() => rm(folder, { recursive: true }));
  const clock = createManualClock(Date.now());
  const logger = silentLogger();
  const eventLog = closing.use(await openLmdbEventLog({ folder, clock, logger }));
  const migrations = await readMigrations();
  const database = closing.use(await openPgliteDatabase({ folder: 'memory://', migrations, clock, logger }));
  const bus = closing.use(createInProcessLiveBus({ logger }));
  const ephemeral = closing.use(createInProcessEphemeralStore({ clock }));
  const config = createConfig(environment, { roles: 'worker' });
  const platform = await createPlatform(config, { clock, database, eventLog, bus, ephemeral }, logger);
  const modules = createModules(await readModules(config.roles), platform);
  await modules.start('before serving', closing);
  await modules.start('serving', closing);
  return { clock, database, eventLog };
}

type Worker = Awaited<ReturnType<typeof startWorker>>;

/** Puts a row of each age into every table that has an end. */
async function fill({ clock, database }: Worker, ages: readonly number[]): Promise<void> {
  for (const age of ages) {
    const at = new Date(clock.now() - age * DAY_MS);
    const name = `age-${age}`;
    await sql`insert into activity_windows values ('demo', ${at}, 1, '{}', 0, null)`.execute(database.sql);
    await sql`insert into late_counts values ('demo', ${at}, 1)`.execute(database.sql);
    await sql`insert into analyzer_gaps values ('activity', 0, ${Math.floor(age)}, ${Math.floor(age) + 1}, ${at})`.execute(
      database.sql,
    );
    await sql`insert into dead_letter_replays values (${name}, ${at})`.execute(database.sql);
    await sql`insert into revocations values ('user', ${name}, ${at.getTime()})`.execute(database.sql);
    for (const [table, detector] of moments) {
      await sql`
        insert into ${sql.table(table)} (id, emote, "timestamp", count, total, ratio, channel, rev, body)
        values (${`${detector}-${age}`}, '', ${at}, 1, 1, 1, 'demo', 1, '{}')`.execute(database.sql);
    }
  }
  await sql`insert into late_counts values ('demo', ${new Date(0)}, 1)`.execute(database.sql);
  await sql`insert into revocations values ('user', 'for good', null)`.execute(database.sql);
}

const TABLES = [
  'activity_windows',
  'late_counts',
  'analyzer_gaps',
  'dead_letter_replays',
  'revocations',
  'significant_moments',
  'audience_moments',
] as const;

async function counts({ database }: Worker): Promise<Record<string, number>> {
  const entries = TABLES.map(async (table): Promise<[string, number]> => {
    const { rows } = await sql<{ n: number }>`select count(*)::int as n from ${sql.table(table)}`.execute(database.sql);
    return [table, rows[0]?.n ?? -1];
  });
  return Object.fromEntries(await Promise.all(entries));
}

it('every table with an end loses what is older, and moments stay for ever', async () => {
  const worker = await startWorker();
  await fill(worker, [1, 29, 30.5, 32, 364, 366, 5_000]);
  worker.clock.advance(HOUR_MS);
  await vi.waitFor(
    async () =>
      expect(await counts(worker)).toEqual({
        activity_windows: 2,
        // With the row of 1970, which is no window.
        late_counts: 3,
        analyzer_gaps: 2,
        // A day longer than its letter.
        dead_letter_replays: 3,
        revocations: 1,
        significant_moments: 7,
        audience_moments: 5,
      }),
    { timeout: 60_000, interval: 100 },
  );
});

it('is as configured, and goes on through as many rows as there are', async () => {
  const worker = await startWorker({ OVATION_WINDOW_DAYS: '2', OVATION_MOMENT_DAYS: '3' });
  const { clock, database, eventLog } = worker;
  await fill(worker, [1, 2.5, 4]);
  const old = new Date(clock.now() - 10 * DAY_MS);
  await sql`
    insert into activity_windows select 'c' || n, ${old}::timestamptz, 1, '{}', 0, null from generate_series(1, 1700) n
  `.execute(database.sql);
  clock.advance(HOUR_MS);
  await vi.waitFor(
    async () => {
      expect(await counts(worker)).toMatchObject({ activity_windows: 1, late_counts: 2, significant_moments: 2 });
    },
    { timeout: 60_000, interval: 100 },
  );
  expect((await eventLog.describeTopic(TOPICS.deadLetter))?.retentionMs).toBe(30 * DAY_MS);
});

it('rows stay while another process has the lease', async () => {
  const worker = await startWorker();
  await sql`
    insert into leases values ('sweep moments', 'another', 1, clock_timestamp() + interval '1 hour')
  `.execute(worker.database.sql);
  await fill(worker, [400]);
  worker.clock.advance(HOUR_MS);
  await vi.waitFor(async () => expect(await counts(worker)).toMatchObject({ revocations: 1, dead_letter_replays: 0 }), {
    timeout: 60_000,
    interval: 100,
  });
  expect(await counts(worker)).toMatchObject({ activity_windows: 1, audience_moments: 1 });
});
