import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CONTROL_FEED, topicSpecs, TOPICS } from '@ovation/protocol';
import { sql } from 'kysely';
import { describe, expect, it, onTestFinished } from 'vitest';
import { openLmdbEventLog } from '../../adapters/lmdb/event-log.ts';
import { openPgliteDatabase } from '../../adapters/pglite/database.ts';
import { createManualClock } from '../../../test/support/manual-clock.ts';
import { silentLogger } from '../../telemetry/logger.ts';
import { createFeeds, createRelay, feedMigrations } from '../feeds/index.ts';
import { createInProcessLiveBus } from '../../adapters/in-process/live-bus.ts';
import { controlMigrations, createControl } from './index.ts';

const migrations = [...feedMigrations, ...controlMigrations];
const logger = silentLogger();

async function newFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'ovation-control-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** One start of the process on `root`, with the database folder `db` of it. */
async function start(root: string, { bootId = 'monday' } = {}) {
  const clock = createManualClock();
  const eventLog = await openLmdbEventLog({ folder: join(root, 'log'), clock, logger });
  const spec = topicSpecs('embedded').find(({ name }) => name === TOPICS.feeds);
  if (spec) await eventLog.createTopic(spec);
  const database = await openPgliteDatabase({ folder: join(root, 'db'), migrations, clock, logger, bootId });
  const feeds = createFeeds({ database });
  const control = createControl({ database, eventLog, feeds, clock, logger, bus: createInProcessLiveBus({ logger }) });
  const relay = createRelay({ database, eventLog, clock, logger, owner: 'test' });
  await control.start();
  relay.start();
  return {
    clock,
    control,
    database,
    feeds,
    relay,
    append: (feed: string, ...keys: string[]) =>
      database.unitOfWork(async (uow) => {
        for (const key of keys) uow.appendFeed({ feed, key, body: key });
      }),
    relayed: async () => {
      while (!(await relay.relayed(60_000)));
    },
    announced: async () => (await feeds.ranges([{ feed: CONTROL_FEED, from: 1, to: 99 }])).map(({ body }) => body),
    async [Symbol.asyncDispose]() {
      control[Symbol.dispose]();
      await relay[Symbol.asyncDispose]();
      await database[Symbol.asyncDispose]();
      await eventLog[Symbol.asyncDispose]();
    },
  };
}

const epochEntry = (epoch: string, before: string | null) => ({ y: 'epoch', d: { epoch, before } });

describe('the epoch', () => {
  it('is announced once and stays over an orderly stop, whatever else is in the log', async () => {
    const root = await newFolder();
    let epoch: string;
    {
      await using first = await start(root);
      epoch = first.database.epoch;
      await first.append('channel:a', 'one', 'two');
      await first.relayed();
    }
    await using second = await start(root, { bootId: 'tuesday' });
    expect(second.database.epoch).toBe(epoch);
    expect(await second.announced()).toEqual([epochEntry(epoch, null)]);
  });

  it('is renewed and announced when the folder is an older copy and the log is ahead of it', async () => {
    const root = await newFolder();
    let epoch: string;
    {
      await using first = await start(root);
      epoch = first.database.epoch;
      await first.append('channel:a', 'one', 'two');
      await first.relayed();
    }
    await cp(join(root, 'db'), join(root, 'copy'), { recursive: true });
    {
      await using future = await start(root);
      expect(future.database.epoch).toBe(epoch);
      await future.append('channel:a', 'three');
      await future.relayed();
    }
    await rm(join(root, 'db'), { recursive: true });
    await cp(join(root, 'copy'), join(root, 'db'), { recursive: true });

    let renewed: string;
    {
      await using back = await start(root);
      renewed = back.database.epoch;
      expect(renewed.split('.')[0]).not.toBe(epoch.split('.')[0]);
      expect(await back.announced()).toEqual([epochEntry(epoch, null), epochEntry(renewed, epoch)]);
      // The number is given a second time, in another epoch.
      await back.append('channel:a', 'another three');
      expect(await back.feeds.read(['channel:a'], 1)).toMatchObject(
        new Map([['channel:a', { epoch: renewed, seq: 3, entries: [{ epoch: renewed, body: 'another three' }] }]]),
      );
      await back.relayed();
    }
    {
      await using later = await start(root);
      expect(later.database.epoch).toBe(renewed);
    }

    // Back once more: the newest records of the log are of the second epoch, the proof lies before them.
    await rm(join(root, 'db'), { recursive: true });
    await cp(join(root, 'copy'), join(root, 'db'), { recursive: true });
    await using again = await start(root);
    expect([epoch, renewed]).not.toContain(again.database.epoch);
  });

  it('is renewed by an unclean stop under another boot and announced (flows.md row 11)', async () => {
    const root = await newFolder();
    let epoch: string;
    {
      await using first = await start(root);
      epoch = first.database.epoch;
      await first.append('channel:a', 'one');
      // As a machine finds it that lost power: nobody has said goodbye.
      await sql`
        create function forget() returns trigger language plpgsql as 'begin return null; end'
      `.execute(first.database.sql);
      await sql`
        create trigger forget before update on installation for each row when (new.clean_stop) execute function forget()
      `.execute(first.database.sql);
    }
    await using second = await start(root, { bootId: 'tuesday' });
    expect(second.database.epoch).not.toBe(epoch);
    expect((await second.announced()).at(-1)).toEqual(epochEntry(second.database.epoch, null));
  });

  it('is not renewed while the log is behind, and on demand only with a proof', async () => {
    const root = await newFolder();
    await using one = await start(root);
    await one.append('channel:a', 'one');
    expect(await one.control.checkTimeline()).toBe(false);
    await one.relayed();
    expect(await one.control.checkTimeline()).toBe(false);
    const before = one.database.epoch;
    const renewed = await one.control.renewEpoch();
    expect(renewed).toBe(one.database.epoch);
    expect((await one.announced()).at(-1)).toEqual(epochEntry(renewed, before));
  });
});

describe('a revocation', () => {
  it('holds at once and over a restart, until it is lifted or runs out', async () => {
    const root = await newFolder();
    {
      await using first = await start(root);
      const { control, clock } = first;
      expect(control.find({ user: 'u1', session: 's1' })).toBeUndefined();
      await control.revoke({ kind: 'user', id: 'u1', until: null });
      await control.revoke({ kind: 'session', id: 's2', until: clock.now() + 1_000 });
      expect(control.find({ user: 'u1' })).toBe('user');
      expect(control.find({ user: 'u2', session: 's2' })).toBe('session');
      clock.advance(1_000);
      expect(control.find({ user: 'u2', session: 's2' })).toBeUndefined();
    }
    await using second = await start(root);
    const { control } = second;
    expect(await control.revocations()).toContainEqual({ kind: 'user', id: 'u1', until: null });
    expect(control.find({ user: 'u1' })).toBe('user');
    await control.restore({ kind: 'user', id: 'u1' });
    expect(control.find({ user: 'u1' })).toBeUndefined();
    expect((await second.announced()).slice(1)).toMatchObject([
      { y: 'revoked', d: { kind: 'user', id: 'u1', until: null } },
      { y: 'revoked', d: { kind: 'session', id: 's2' } },
      { y: 'restored', d: { kind: 'user', id: 'u1' } },
    ]);
  });
});
