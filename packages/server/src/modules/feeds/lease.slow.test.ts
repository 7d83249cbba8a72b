import { sql } from 'kysely';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openPgliteDatabase } from '../../adapters/pglite/database.ts';
import type { Database } from '../../ports/database.ts';
import { createManualClock } from '../../../test/support/manual-clock.ts';
import { silentLogger } from '../../telemetry/logger.ts';
import { FakeEventLog } from '../../../test/support/fake-event-log.ts';
import { createRelay, feedMigrations } from './index.ts';

const logger = silentLogger();
let database: Database;
beforeAll(async () => {
  const parts = { folder: 'memory://', migrations: feedMigrations, clock: createManualClock(), logger };
  database = await openPgliteDatabase(parts);
});
afterAll(() => database[Symbol.asyncDispose]());

/** The log after a relay whose clock is an hour ahead had its turn, while another relay holds the lease. */
async function relayedBesideOwner(): Promise<number> {
  await sql`delete from outbox`.execute(database.sql);
  await sql`delete from leases`.execute(database.sql);
  await sql`insert into leases values ('relay', 'owner', 7, clock_timestamp() + interval '10 minutes')`.execute(
    database.sql,
  );
  const eventLog = new FakeEventLog();
  const clock = createManualClock(Date.now() + 3_600_000);
  await database.unitOfWork(async (uow) => uow.appendOutbox({ topic: 'feeds', key: 'a', body: 1 }));
  await using relay = createRelay({
    database,
    eventLog,
    clock,
    logger,
    owner: 'other',
  });
  relay.start();
  const relayed = relay.relayed(60_000);
  for (let isDone = false; !isDone;) {
    clock.advance(1_000);
    // A query: the pass that the clock started has had its turn before it.
    await sql`select 1`.execute(database.sql);
    isDone = await Promise.race([relayed.then(() => true), new Promise<false>((go) => setImmediate(go, false))]);
  }
  return eventLog.calls.length;
}

it('a relay leaves the outbox to the owner of the lease, whatever its own clock says', async () => {
  expect(await relayedBesideOwner()).toBe(0);
});

/** What is left in the outbox when a transaction with a lower id commits after later ones have been relayed. */
async function leftBehind(): Promise<number> {
  await sql`delete from outbox`.execute(database.sql);
  await sql`delete from leases`.execute(database.sql);
  const clock = createManualClock(Date.now());
  const eventLog = new FakeEventLog();
  await using relay = createRelay({
    database,
    eventLog,
    clock,
    logger,
    owner: 'one',
  });
  const insert = (id: number) =>
    sql`insert into outbox (id, topic, key, body) values (${id}, 'feeds', 'a', '1')`.execute(database.sql);
  await insert(1_000_002);
  relay.start();
  expect(await relay.relayed(60_000)).toBe(true);
  await insert(1_000_001);
  const relayed = relay.relayed(60_000);
  for (let isDone = false; !isDone;) {
    clock.advance(1_000);
    await sql`select 1`.execute(database.sql);
    isDone = await Promise.race([relayed.then(() => true), new Promise<false>((go) => setImmediate(go, false))]);
  }
  const { rows } = await sql`select 1 from outbox`.execute(database.sql);
  return rows.length;
}

it('a row that becomes visible after later ones is relayed, too', async () => {
  expect(await leftBehind()).toBe(0);
});
