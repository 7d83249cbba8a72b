import { expect, it } from 'vitest';
import { openPgliteDatabase } from '../../adapters/pglite/database.ts';
import { createManualClock } from '../../../test/support/manual-clock.ts';
import { silentLogger } from '../../telemetry/logger.ts';
import { createFeeds, feedMigrations } from './index.ts';

it('what gateways hear of a deletion notices that only the store knows', async () => {
  const parts = { clock: createManualClock(), logger: silentLogger() };
  await using database = await openPgliteDatabase({ folder: 'memory://', migrations: feedMigrations, ...parts });
  const told: unknown[] = [];
  using _listening = database.onFeedEntries((entries) => told.push(...entries.map(({ body }) => body)));
  await database.unitOfWork(async (uow) => {
    for (const key of ['a', 'b']) uow.appendFeed({ feed: 'channel:one', key, body: 'text' });
  });
  const redact = (seq: number, sabotage?: 'gateway-tombstone-in-store-only') => {
    const feeds = createFeeds({ database, ...(sabotage && { sabotage }) });
    return database.unitOfWork((uow) => feeds.redact(uow, { feed: 'channel:one', seq }, 0));
  };
  await redact(1);
  expect(told.slice(2)).toMatchObject([{ y: 'del', d: { seq: 1 } }]);
  await redact(2, 'gateway-tombstone-in-store-only');
  expect(told.slice(3)).toEqual([]);
});
