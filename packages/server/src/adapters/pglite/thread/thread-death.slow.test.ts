import { sql } from 'kysely';
import { expect, it, vi } from 'vitest';
import { createManualClock } from '../../../../test/support/manual-clock.ts';
import { silentLogger } from '../../../telemetry/logger.ts';
import { openPgliteDatabase } from '../database.ts';

it('rejects everything that waits, and everything after it, when the backend panics, and reports it once', async () => {
  const logger = silentLogger();
  const error = vi.spyOn(logger, 'error');
  const recursion =
    'create function endless(i int) returns int language plpgsql as $$ begin return endless(i + 1); end $$';
  const migrations = [{ name: 'test-001-endless', up: recursion }];
  const database = await openPgliteDatabase({ folder: 'memory://', migrations, clock: createManualClock(), logger });

  // The overflow of the stack shows in the statement after it.
  await sql`select endless(1)`.execute(database.sql).catch(() => {});
  const waiting = [
    sql`select 1`.execute(database.sql),
    database.unitOfWork((uow) => sql`select 2`.execute(uow.sql)),
    database.unitOfWork(async (uow) => uow.appendOutbox({ topic: 't', key: null, body: 1 })),
    database.ping(60_000),
  ];
  const outcomes = (await Promise.allSettled(waiting)).map(({ status }) => status);
  // PGlite tells of the overflow with the first statement after it, now and then with the second.
  expect(outcomes.slice(1)).toEqual(['rejected', 'rejected', 'rejected']);
  await vi.waitFor(() => expect(error).toHaveBeenCalledOnce(), { timeout: 200_000 });
  await expect(database.ping(60_000)).rejects.toMatchObject({ code: 'database_stopped' });
  await expect(database.unitOfWork(async () => 'never')).rejects.toMatchObject({ code: 'database_stopped' });
  await expect(database[Symbol.asyncDispose]()).resolves.toBeUndefined();
});
