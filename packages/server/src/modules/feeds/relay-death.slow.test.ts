import { sql } from 'kysely';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { openPgliteDatabase } from '../../adapters/pglite/database.ts';
import type { Database } from '../../ports/database.ts';
import { EventLogError } from '../../ports/event-log.ts';
import { createManualClock } from '../../../test/support/manual-clock.ts';
import { silentLogger } from '../../telemetry/logger.ts';
import { FakeEventLog } from '../../../test/support/fake-event-log.ts';
import { createRelay, feedMigrations } from './index.ts';

const parts = { clock: createManualClock(Date.now()), logger: silentLogger() };
let database: Database;
beforeAll(async () => {
  database = await openPgliteDatabase({ folder: 'memory://', migrations: feedMigrations, ...parts });
});
afterAll(() => database[Symbol.asyncDispose]());

/** How many of three entries are in the log or wait for it after the log refused them once and the process died. */
async function kept(): Promise<number> {
  await sql`delete from outbox`.execute(database.sql);
  const eventLog = new FakeEventLog();
  const refuse = vi.fn(() => new EventLogError('unavailable', 'no log'));
  eventLog.refuse = refuse;
  await database.unitOfWork(async (uow) => {
    for (const key of ['one', 'two', 'three']) uow.appendFeed({ feed: 'channel:one', key, body: key });
  });
  {
    await using relay = createRelay({
      database,
      eventLog,
      ...parts,
      owner: 'first',
    });
    relay.start();
    await vi.waitFor(() => expect(refuse).toHaveBeenCalled(), { timeout: 200_000 });
  }
  const { rows } = await sql<{ n: number }>`select count(*) as n from outbox`.execute(database.sql);
  return Number(rows[0]?.n) + eventLog.values('feeds').length;
}

it('a relay that dies while the log refuses loses nothing', async () => {
  expect(await kept()).toBe(3);
});
