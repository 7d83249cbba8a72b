import { sql } from 'kysely';
import { expect, it, onTestFinished } from 'vitest';
import { openPgliteDatabase } from '../pglite/database.ts';
import type { Database } from '../../ports/database.ts';
import { createManualClock } from '../../../test/support/manual-clock.ts';
import { silentLogger } from '../../telemetry/logger.ts';
import { feedMigrations } from '../../modules/feeds/index.ts';

const parts = { folder: 'memory://', clock: createManualClock(), logger: silentLogger() };

async function open(): Promise<Database> {
  const database = await openPgliteDatabase({ ...parts, migrations: feedMigrations });
  onTestFinished(() => database[Symbol.asyncDispose]());
  return database;
}

/** What is wrong with feeds, entries and outbox after appends that repeat a key and name feeds out of order. */
async function faultsOf(database: Database): Promise<string[]> {
  const faults: string[] = [];
  const append = (...names: string[]) =>
    database
      .unitOfWork(async (uow) => {
        for (const name of names) uow.appendFeed({ feed: name.split(' ')[0] ?? '', key: name, body: name });
      })
      .catch((error: unknown) => faults.push(`${names.join()}: ${String(error)}`));
  await append('z one', 'm one', 'a one', 'z two');
  await append('z one', 'z three');
  const { rows: entries } = await sql<{ key: string; seq: number }>`
    select key, seq from entries order by feed, seq`.execute(database.sql);
  const expected = ['a one 1', 'm one 1', 'z one 1', 'z two 2', 'z three 3'];
  const found = entries.map(({ key, seq }) => `${key} ${seq}`);
  if (found.join() !== expected.join()) faults.push(`entries: ${found.join()}`);
  const { rows: waiting } = await sql`select 1 from outbox`.execute(database.sql);
  if (waiting.length !== expected.length) faults.push(`${waiting.length} entries wait for the relay`);
  // Rows lie in the order in which they were made: two writers that make them in one order cannot deadlock.
  const { rows: feeds } = await sql<{ feed: string }>`select feed from feeds order by ctid`.execute(database.sql);
  const made = feeds.map(({ feed }) => feed);
  if (made.join() !== made.toSorted().join()) faults.push(`feeds made as ${made.join()}`);
  return [...faults, ...(await lockFaults(database))];
}

/** PGlite has one session, where nobody ever waits for a lock: of the order of locks only the text can be seen. */
async function lockFaults(database: Database): Promise<string[]> {
  const { rows } = await sql<{ text: string }>`
    select prosrc as text from pg_proc where proname = 'feed_append'`.execute(database.sql);
  const locks = /from feeds f\s+where f\.feed in \([^;]*\)\s+order by f\.feed for update;\s+return query/;
  return locks.test(rows[0]?.text ?? '') ? [] : ['feeds are not locked in the order of their names'];
}

it('feed_append skips known keys, numbers without holes, fills the outbox, makes and locks feeds by name', async () => {
  expect(await faultsOf(await open())).toEqual([]);
});

it('feed_append of release 0.2, which was told the epoch, is replaced under a name of its own', async () => {
  const { rows } = await sql<{ name: string }>`select name from migrations order by name`.execute((await open()).sql);
  expect(rows.map(({ name }) => name)).toEqual([
    'feeds-001-tables',
    'feeds-002-append',
    'feeds-003-times',
    'feeds-004-append-in-the-epoch-of-all',
    'feeds-005-storage',
  ]);
});

/** How a unit of work ends whose COMMIT fails. */
async function failingCommit(): Promise<string> {
  const database = await openPgliteDatabase({
    ...parts,
    migrations: [
      ...feedMigrations,
      // A deferred constraint is judged at COMMIT.
      { name: 'test-001', up: 'create table once (n int unique deferrable initially deferred)' },
    ],
  });
  onTestFinished(() => database[Symbol.asyncDispose]());
  let told = 0;
  database.onFeedEntries((entries) => (told += entries.length));
  const outcome = await database
    .unitOfWork(async (uow) => {
      await sql`insert into once values (1), (1)`.execute(uow.sql);
      uow.appendFeed({ feed: 'a', key: 'one', body: 1 });
    })
    .then(
      () => 'acknowledged',
      () => 'refused',
    );
  return `${outcome}, ${told} told`;
}

it('a unit of work whose COMMIT fails is not acknowledged, and nobody is told of its entries', async () => {
  expect(await failingCommit()).toBe('refused, 0 told');
});
