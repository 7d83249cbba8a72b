import { expect, it } from 'vitest';
import { openPgliteDatabase } from '../../adapters/pglite/database.ts';
import { createManualClock } from '../../../test/support/manual-clock.ts';
import { silentLogger } from '../../telemetry/logger.ts';
import { createFeeds, feedMigrations } from './index.ts';

it('gateways are told of a deletion', async () => {
  const parts = { clock: createManualClock(), logger: silentLogger() };
  await using database = await openPgliteDatabase({ folder: 'memory://', migrations: feedMigrations, ...parts });
  const told: unknown[] = [];
  using _listening = database.onFeedEntries((entries) => told.push(...entries.map(({ body }) => body)));
  await database.unitOfWork(async (uow) => {
    for (const key of ['a', 'b']) uow.appendFeed({ feed: 'channel:one', key, body: 'text' });
  });
  const feeds = createFeeds({ database });
  await database.unitOfWork((uow) => feeds.redact(uow, { feed: 'channel:one', seq: 1 }, 0));
  expect(told.slice(2)).toMatchObject([{ y: 'del', d: { seq: 1 } }]);
});
