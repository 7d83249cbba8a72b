import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { openPgliteDatabase } from '../../adapters/pglite/database.ts';
import type { Database } from '../../ports/database.ts';
import { EventLogError } from '../../ports/event-log.ts';
import { createManualClock, type ManualClock } from '../../../test/support/manual-clock.ts';
import { silentLogger } from '../../telemetry/logger.ts';
import { FakeEventLog } from '../../../test/support/fake-event-log.ts';
import { createRelay, feedMigrations, type Relay } from './index.ts';

let database: Database;
let clock: ManualClock;
let eventLog: FakeEventLog;
let feedCount = 0;

beforeAll(async () => {
  const parts = { clock: createManualClock(), logger: silentLogger() };
  database = await openPgliteDatabase({ folder: 'memory://', migrations: feedMigrations, ...parts });
});
afterAll(() => database[Symbol.asyncDispose]());

beforeEach(async () => {
  await sql`delete from outbox`.execute(database.sql);
  await sql`delete from leases`.execute(database.sql);
  // The lease runs by the database's time, which this clock therefore follows.
  clock = createManualClock(Date.now());
  eventLog = new FakeEventLog();
});

function startRelay(owner = 'one', logger = silentLogger()): Relay {
  const relay = createRelay({ database, eventLog, clock, logger, owner });
  onTestFinished(() => relay[Symbol.asyncDispose]());
  relay.start();
  return relay;
}

/** A feed of its own for each test. */
function newFeed(): string {
  feedCount += 1;
  return `channel:relay-${feedCount}`;
}

async function append(feed: string, ...bodies: unknown[]): Promise<void> {
  await database.unitOfWork(async (uow) => {
    for (const body of bodies) uow.appendFeed({ feed, key: JSON.stringify(body), body });
  });
}

async function waiting(on: Database = database): Promise<number> {
  const { rows } = await sql<{ n: number }>`select count(*) as n from outbox`.execute(on.sql);
  return rows[0]?.n ?? Number.NaN;
}

async function settle(done: () => Promise<void> | void): Promise<void> {
  await vi.waitFor(done, { timeout: 200_000, interval: 10 });
}

describe('the relay', () => {
  it('appends feed entries as the protocol writes them, keyed by feed, and empties the outbox', async () => {
    const relay = startRelay();
    const feed = newFeed();
    await append(feed, { z: 1, a: 2 }, 'second');
    expect(await relay.relayed(60_000)).toBe(true);
    const { epoch } = database;
    expect(eventLog.values('feeds')).toEqual([
      { feed, epoch, seq: 1, body: { z: 1, a: 2 } },
      { feed, epoch, seq: 2, body: 'second' },
    ]);
    expect(eventLog.calls[0]?.records[0]).toMatchObject({
      key: feed,
      value: expect.stringContaining('"body":{"z":1,"a":2}'),
    });
    expect(await waiting()).toBe(0);
  });

  it('keeps topic, partition and key of other records, and their order', async () => {
    const relay = startRelay();
    await database.unitOfWork(async (uow) => {
      uow.appendOutbox({ topic: 'activity', partition: 3, key: null, body: { k: 's' } });
      uow.appendOutbox({ topic: 'aggregated-emote-data', key: 'demo', body: [1] });
      uow.appendOutbox({ topic: 'activity', partition: 1, key: null, body: { k: 't' } });
    });
    expect(await relay.relayed(60_000)).toBe(true);
    expect(eventLog.calls).toEqual([
      {
        topic: 'activity',
        records: [
          { partition: 3, key: null, value: '{"k":"s"}' },
          { partition: 1, key: null, value: '{"k":"t"}' },
        ],
      },
      { topic: 'aggregated-emote-data', records: [{ key: 'demo', value: '[1]' }] },
    ]);
  });

  it('takes along what was committed before it started', async () => {
    const feed = newFeed();
    await append(feed, 'early');
    const relay = startRelay();
    expect(await relay.relayed(60_000)).toBe(true);
    expect(eventLog.values('feeds')).toMatchObject([{ feed, body: 'early' }]);
  });

  it('relays more than one batch, each feed in order', async () => {
    const feed = newFeed();
    await append(feed, ...Array.from({ length: 2_300 }, (_, index) => index));
    const relay = startRelay();
    expect(await relay.relayed(60_000)).toBe(true);
    const expected = Array.from({ length: 2_300 }, (_, index) => ({ seq: index + 1, body: index }));
    expect(eventLog.values('feeds')).toMatchObject(expected);
  });

  it('lets rows wait while the event log is down, says so once, and goes on by itself', async () => {
    eventLog.refuse = () => new EventLogError('unavailable', 'no broker');
    const logger = silentLogger();
    const warn = vi.spyOn(logger, 'warn');
    const relay = startRelay('one', logger);
    await append(newFeed(), 'patient');
    await settle(() => expect(warn).toHaveBeenCalledOnce());
    const late = relay.relayed(1_000);
    await settle(async () => {
      clock.advance(5_000);
      expect(await Promise.race([late, Promise.resolve('pending')])).toBe(false);
    });
    expect(await waiting()).toBe(1);

    eventLog.refuse = () => undefined;
    await settle(async () => {
      clock.advance(5_000);
      expect(await waiting()).toBe(0);
    });
    expect(eventLog.values('feeds')).toMatchObject([{ body: 'patient' }]);
    expect(warn).toHaveBeenCalledOnce();
  });

  it('appends again what was appended but not deleted: nothing is lost', async () => {
    const feed = newFeed();
    await append(feed, 'twice');
    let deletes = 0;
    const flaky = failingDeletes(() => (deletes += 1) === 1);
    const relay = createRelay({ database: flaky, eventLog, clock, logger: silentLogger(), owner: 'one' });
    onTestFinished(() => relay[Symbol.asyncDispose]());
    relay.start();
    await settle(async () => {
      clock.advance(5_000);
      expect(await waiting()).toBe(0);
    });
    expect(eventLog.values('feeds')).toMatchObject([
      { feed, seq: 1, body: 'twice' },
      { feed, seq: 1, body: 'twice' },
    ]);
  });

  it('sets a record aside that the log refuses, and relays the others', async () => {
    eventLog.refuse = (topic, records) =>
      topic === 'feeds' && records.some(({ value }) => String(value).includes('huge'))
        ? new EventLogError('too_large', 'more than 1 MB')
        : undefined;
    const relay = startRelay();
    await append(newFeed(), 'before', 'huge', 'after');
    expect(await relay.relayed(60_000)).toBe(true);
    expect(eventLog.values('feeds')).toMatchObject([{ body: 'before' }, { body: 'after' }]);
    expect(eventLog.values('dead-letter')).toMatchObject([
      { topic: 'feeds', cause: 'more than 1 MB (too_large)', body: '"huge"' },
    ]);
  });

  it('works for one of two relays only, and for the other when the first stops', async () => {
    const first = startRelay('one');
    await append(newFeed(), 'by the first');
    expect(await first.relayed(60_000)).toBe(true);

    const second = createRelay({ database, eventLog, clock, logger: silentLogger(), owner: 'two' });
    onTestFinished(() => second[Symbol.asyncDispose]());
    second.start();
    await append(newFeed(), 'shared');
    await settle(async () => expect(await waiting()).toBe(0));
    clock.advance(1_000);
    expect(await second.relayed(60_000)).toBe(true);
    expect(await leaseOf()).toMatchObject({ owner: 'one', fence: 1 });
    expect(eventLog.values('feeds')).toMatchObject([{ body: 'by the first' }, { body: 'shared' }]);

    await first[Symbol.asyncDispose]();
    await append(newFeed(), 'by the second');
    await settle(async () => {
      clock.advance(1_000);
      expect(await waiting()).toBe(0);
    });
    expect(await leaseOf()).toMatchObject({ owner: 'two', fence: 2 });
  });

  it('leaves a lease alone until it has run out by the time of the database', async () => {
    await sql`insert into leases values ('relay', 'dead', 7, clock_timestamp() + interval '1 hour')`.execute(
      database.sql,
    );
    const relay = startRelay();
    await append(newFeed(), 'held up');
    const late = relay.relayed(1_000);
    await settle(async () => {
      clock.advance(1_000);
      expect(await Promise.race([late, Promise.resolve('pending')])).toBe(false);
    });
    expect(eventLog.calls).toEqual([]);

    await sql`update leases set expires_at = clock_timestamp() - interval '1 second'`.execute(database.sql);
    await settle(async () => {
      clock.advance(1_000);
      expect(await waiting()).toBe(0);
    });
    expect(await leaseOf()).toMatchObject({ owner: 'one', fence: 8 });
  });
});

async function leaseOf(): Promise<unknown> {
  const { rows } = await sql`select owner, fence from leases where name = 'relay'`.execute(database.sql);
  return rows[0];
}

/** The same database, except that some deletes fail as if the connection had gone. */
function failingDeletes(fails: () => boolean): Database {
  const sqlOf = database.sql.withPlugin({
    transformQuery: ({ node }) => {
      if (node.kind === 'RawNode' && node.sqlFragments[0]?.includes('delete from outbox') && fails()) {
        throw new Error('connection lost');
      }
      return node;
    },
    transformResult: async ({ result }) => result,
  });
  return {
    sql: sqlOf,
    readSql: sqlOf,
    isShared: false,
    epoch: database.epoch,
    renewEpoch: () => database.renewEpoch(),
    unitOfWork: (work) => database.unitOfWork(work),
    onFeedEntries: (listener) => database.onFeedEntries(listener),
    onOutbox: (listener) => database.onOutbox(listener),
    ping: (timeoutMs) => database.ping(timeoutMs),
    [Symbol.asyncDispose]: async () => {},
  };
}
