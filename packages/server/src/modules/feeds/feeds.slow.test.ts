import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openPgliteDatabase } from '../../adapters/pglite/database.ts';
import type { Database } from '../../ports/database.ts';
import { createManualClock } from '../../../test/support/manual-clock.ts';
import { silentLogger } from '../../telemetry/logger.ts';
import { createFeeds, feedMigrations, type Feeds } from './index.ts';

let database: Database;
let feeds: Feeds;

beforeAll(async () => {
  const parts = { clock: createManualClock(), logger: silentLogger() };
  database = await openPgliteDatabase({ folder: 'memory://', migrations: feedMigrations, ...parts });
  feeds = createFeeds({ database });
  await database.unitOfWork(async (uow) => {
    for (const n of [1, 2, 3, 4, 5]) uow.appendFeed({ feed: 'channel:a', key: `k${n}`, body: { n } });
    uow.appendFeed({ feed: `channel:o'hara "x"`, key: 'k', body: null });
  });
});
afterAll(() => database[Symbol.asyncDispose]());

const entry = (seq: number) => ({ feed: 'channel:a', epoch: database.epoch, seq, body: { n: seq } });

describe('feeds', () => {
  it('reads head and newest entries of many feeds, oldest first; a missing feed stands at 0', async () => {
    const read = await feeds.read(['channel:a', 'channel:missing', `channel:o'hara "x"`], 2);
    expect(Object.fromEntries(read)).toEqual({
      'channel:a': { epoch: database.epoch, seq: 5, entries: [entry(4), entry(5)] },
      'channel:missing': { epoch: database.epoch, seq: 0, entries: [] },
      [`channel:o'hara "x"`]: {
        epoch: database.epoch,
        seq: 1,
        entries: [{ feed: `channel:o'hara "x"`, epoch: database.epoch, seq: 1, body: null }],
      },
    });
  });

  it('reads heads alone with limit 0', async () => {
    expect(await feeds.read(['channel:a'], 0)).toEqual(
      new Map([['channel:a', { epoch: database.epoch, seq: 5, entries: [] }]]),
    );
  });

  it('reads inclusive ranges of many feeds, once each where they overlap', async () => {
    const ranges = [
      { feed: 'channel:a', from: 2, to: 3 },
      { feed: 'channel:a', from: 3, to: 4 },
      { feed: 'channel:missing', from: 1, to: 9 },
      { feed: 'channel:a', from: 5, to: 99 },
    ];
    expect(await feeds.ranges(ranges)).toEqual([entry(2), entry(3), entry(4), entry(5)]);
  });

  it('reads heads, 0 for a feed that never had an entry', async () => {
    const heads = await feeds.heads(['channel:a', 'channel:missing']);
    expect(Object.fromEntries(heads)).toEqual({ 'channel:a': 5, 'channel:missing': 0 });
  });

  it('asks the database nothing for no feeds', async () => {
    expect(await feeds.read([], 5)).toEqual(new Map());
    expect(await feeds.ranges([])).toEqual([]);
    expect(await feeds.heads([])).toEqual(new Map());
  });
});
