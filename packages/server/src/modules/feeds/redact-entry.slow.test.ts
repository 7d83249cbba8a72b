import { TOPICS } from '@ovation/protocol';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { openPgliteDatabase } from '../../adapters/pglite/database.ts';
import type { AppendedFeedEntry, Database } from '../../ports/database.ts';
import { createManualClock } from '../../../test/support/manual-clock.ts';
import type { Clock } from '../../ports/clock.ts';
import { Sweep } from '../../sweep.ts';
import { silentLogger } from '../../telemetry/logger.ts';
import { createTrimmer } from './trim-entries.ts';
import { FakeEventLog } from '../../../test/support/fake-event-log.ts';
import { createFeeds, createRelay, feedMigrations, type Feeds, Lease } from './index.ts';

const DAY_MS = 86_400_000;
const AT = Date.UTC(2026, 0, 2);
const tombstone = { y: 'tombstone', d: { at: '2026-01-02T00:00:00.000Z' } };
const parts = { clock: createManualClock(Date.now()), logger: silentLogger() };
let database: Database;
let feeds: Feeds;

beforeAll(async () => {
  database = await openPgliteDatabase({ folder: 'memory://', migrations: feedMigrations, ...parts });
  feeds = createFeeds({ database });
});
afterAll(() => database[Symbol.asyncDispose]());

function append(feed: string, ...keys: string[]): Promise<void> {
  return database.unitOfWork(async (uow) => {
    for (const key of keys) uow.appendFeed({ feed, key, body: { y: 'secret', d: key } });
  });
}

function redact(name: Parameters<Feeds['redact']>[1]): Promise<number | undefined> {
  return database.unitOfWork((uow) => feeds.redact(uow, name, AT));
}

async function bodies(feed: string): Promise<unknown[]> {
  return (await feeds.ranges([{ feed, from: 1, to: 999 }])).map(({ seq, body }) => [seq, body]);
}

describe('an entry that is redacted', () => {
  it('is a tombstone with the same seq, and a del entry follows that says so', async () => {
    const told: AppendedFeedEntry[] = [];
    await append('one', 'a', 'b', 'c');
    const listening = database.onFeedEntries((entries) => told.push(...entries));
    onTestFinished(() => listening[Symbol.dispose]());
    expect(await redact({ feed: 'one', key: 'b' })).toBe(2);
    const del = { y: 'del', d: { seq: 2, at: tombstone.d.at } };
    expect(await bodies('one')).toEqual([
      [1, { y: 'secret', d: 'a' }],
      [2, tombstone],
      [3, { y: 'secret', d: 'c' }],
      [4, del],
    ]);
    expect(told).toMatchObject([{ feed: 'one', seq: 4, body: del }]);
  });

  it('is redacted once, by seq or by key, and a key that is unknown is said to be', async () => {
    await append('two', 'a');
    expect([await redact({ feed: 'two', seq: 1 }), await redact({ feed: 'two', key: 'a' })]).toEqual([1, 1]);
    expect(await redact({ feed: 'two', key: 'x' })).toBeUndefined();
    expect(await redact({ feed: 'two', seq: 3 })).toBeUndefined();
    expect(await redact({ feed: 'nobody', seq: 1 })).toBeUndefined();
    expect((await feeds.heads(['two'])).get('two')).toBe(2);
  });

  it('goes to the log without its text when it had not been relayed', async () => {
    await append('three', 'a', 'b');
    await redact({ feed: 'three', seq: 1 });
    const eventLog = new FakeEventLog();
    await using relay = createRelay({ database, eventLog, ...parts, owner: 'test' });
    relay.start();
    while (!(await relay.relayed(60_000)));
    const entries = eventLog.values(TOPICS.feeds).filter((entry) => (entry as { feed: string }).feed === 'three');
    expect(entries).toMatchObject([{ seq: 1, body: tombstone }, { seq: 2 }, { seq: 3, body: { y: 'del' } }]);
    expect(JSON.stringify(entries)).not.toContain('"d":"a"');
  });

  it('stays as it was when the unit of work fails', async () => {
    await append('four', 'a');
    const failing = database.unitOfWork(async (uow) => {
      await feeds.redact(uow, { feed: 'four', seq: 1 }, AT);
      throw new Error('never mind');
    });
    await expect(failing).rejects.toThrow('never mind');
    expect(await bodies('four')).toEqual([[1, { y: 'secret', d: 'a' }]]);
  });

  it('may be one that retention has removed: gateways may still have it', async () => {
    await append('five', 'a');
    await sql`delete from entries where feed = 'five'`.execute(database.sql);
    expect(await redact({ feed: 'five', seq: 1 })).toBe(1);
    expect(await bodies('five')).toMatchObject([[2, { y: 'del', d: { seq: 1 } }]]);
  });
});

describe('old entries', () => {
  const trimmerOf = (clock: Clock) => {
    const lease = new Lease({ database, clock, name: 'sweep entries', owner: 'test' });
    const step = createTrimmer({ database, clock, keptMs: 7 * DAY_MS });
    return new Sweep({ what: 'feed entries', clock, logger: parts.logger, lease, step });
  };
  const keysOf = (n: number) => Array.from({ length: n }, (_, i) => `k${i}`);

  it('go, except the newest 300 of each feed; heads stay and numbers go on', async () => {
    await append('long', ...keysOf(720));
    await append('short', ...keysOf(5));
    const clock = createManualClock(Date.now() + 6 * DAY_MS);
    await using trimmer = trimmerOf(clock);
    expect(await trimmer.sweep()).toBe(0);
    clock.advance(2 * DAY_MS);
    expect(await trimmer.sweep()).toBe(420);
    expect((await bodies('long')).length).toBe(300);
    expect((await bodies('short')).length).toBe(5);
    expect(await feeds.heads(['long'])).toEqual(new Map([['long', 720]]));
    await append('long', 'new');
    expect((await bodies('long')).at(-1)).toMatchObject([721, {}]);
  });

  it('are looked for in every feed, however many there are', async () => {
    await database.unitOfWork(async (uow) => {
      for (let i = 0; i < 250; i += 1) uow.appendFeed({ feed: `many:${i}`, key: 'a', body: 1 });
    });
    await append('zz', ...keysOf(301));
    const clock = createManualClock(Date.now() + 8 * DAY_MS);
    await using trimmer = trimmerOf(clock);
    expect(await trimmer.sweep()).toBeGreaterThanOrEqual(1);
    expect((await bodies('zz')).length).toBe(300);
  });
});
