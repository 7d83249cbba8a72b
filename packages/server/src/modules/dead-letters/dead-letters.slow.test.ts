import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { topicSpecs, TOPICS } from '@ovation/protocol';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openLmdbEventLog } from '../../adapters/lmdb/event-log.ts';
import { openPgliteDatabase } from '../../adapters/pglite/database.ts';
import type { Database } from '../../ports/database.ts';
import type { EventLog } from '../../ports/event-log.ts';
import { createManualClock } from '../../../test/support/manual-clock.ts';
import { silentLogger } from '../../telemetry/logger.ts';
import { createRelay, feedMigrations } from '../feeds/index.ts';
import { createDeadLetterBox, type DeadLetterBox, deadLetterMigrations } from './index.ts';

let folder: string;
let eventLog: EventLog;
let database: Database;
let box: DeadLetterBox;
const clock = createManualClock();

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'ovation-letters-'));
  eventLog = await openLmdbEventLog({ folder, clock });
  for (const spec of topicSpecs('embedded')) await eventLog.createTopic(spec);
  const migrations = [...feedMigrations, ...deadLetterMigrations];
  database = await openPgliteDatabase({ folder: 'memory://', migrations, clock, logger: silentLogger() });
  box = createDeadLetterBox({ database, eventLog, clock, rawTopic: TOPICS.rawEmoteData });
});
afterAll(async () => {
  await database[Symbol.asyncDispose]();
  await eventLog[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});

async function setAside(key: string, value: unknown, cause = 'some cause'): Promise<void> {
  clock.advance(1_000);
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  await eventLog.append(TOPICS.deadLetter, [{ key, value: text, headers: { 'dead-letter-cause': cause } }]);
}

/** What the relay brings to a topic; it is stopped again, so that its lease is free for the next one. */
async function relayed(topic: string) {
  await using relay = createRelay({
    database,
    eventLog,
    clock: createManualClock(Date.now()),
    logger: silentLogger(),
    owner: 'one',
  });
  relay.start();
  await relay.relayed(60_000);
  const from = new Map((await eventLog.endOffsets(topic)).map((_, partition) => [partition, 0]));
  const records = [];
  for await (const batch of eventLog.read({ topic, from, follow: false })) records.push(...batch.records);
  return records.map(({ key, partition, value }) => ({
    key,
    partition,
    value: JSON.parse(Buffer.from(value).toString()) as unknown,
  }));
}

const digest = {
  k: 'd',
  src: 'gateway',
  seq: 7,
  t: 1,
  ch: { one: { e: { 'unicode:1f525': 1 }, r: 1, m: 0, a: 0, f: {} } },
};

describe('dead letters', () => {
  it('are listed newest first, each once however often a record was set aside', async () => {
    await setAside('activity/0/1', '{');
    await setAside('activity/0/2', '[', 'another cause');
    await setAside('activity/0/1', '{');
    expect(await box.list(10)).toEqual([
      { key: 'activity/0/2', cause: 'another cause', setAsideAt: expect.any(String), replayedAt: null, value: '[' },
      { key: 'activity/0/1', cause: 'some cause', setAsideAt: expect.any(String), replayedAt: null, value: '{' },
    ]);
    expect(await box.list(1)).toHaveLength(1);
  });

  it('of activity go back to their partition under a source of their own, so that no old number hides them', async () => {
    await setAside('activity/2/5', digest);
    expect(await box.replay('activity/2/5')).toEqual({ replayed: ['activity/2/5'], refused: [] });
    expect(await relayed(TOPICS.activity)).toEqual([
      { key: null, partition: 2, value: { ...digest, src: 'replay:activity/2/5', seq: 0 } },
    ]);
  });

  it('of single records go back as they were', async () => {
    const record = { emote: '🔥', timestamp: '2026-01-01T12:00:00Z', streamerId: 'one' };
    await setAside('raw-emote-data/3/9', record);
    expect(await box.replay('raw-emote-data/3/9')).toEqual({ replayed: ['raw-emote-data/3/9'], refused: [] });
    expect(await relayed(TOPICS.rawEmoteData)).toEqual([{ key: 'one', partition: 3, value: record }]);
  });

  it('are replayed once: a second time says when it was', async () => {
    await setAside('activity/1/1', { k: 't' });
    expect(await box.replay('activity/1/1')).toMatchObject({ refused: [] });
    expect(await box.replay('activity/1/1')).toEqual({
      replayed: [],
      refused: [{ key: 'activity/1/1', reason: expect.stringMatching(/^It was replayed before, at 2026-/) }],
    });
    const letters = await box.list(100);
    expect(letters.find(({ key }) => key === 'activity/1/1')?.replayedAt).toMatch(/^2026-/);
  });

  it('stay where they are when they would only be set aside again, or when there are none of that name', async () => {
    expect(await box.replay('activity/0/1')).toMatchObject({
      replayed: [],
      refused: [{ reason: expect.stringContaining('It would be set aside again: not JSON') }],
    });
    await setAside('outbox/5', { topic: 'feeds' });
    expect(await box.replay('outbox/5')).toMatchObject({ refused: [{ reason: expect.stringContaining('outbox') }] });
    expect(await box.replay('activity/9/9')).toBeUndefined();
  });

  it('are replayed all together, without those that were before', async () => {
    await setAside('activity/3/1', digest);
    const report = await box.replayAll();
    expect(report.replayed).toEqual(['activity/3/1']);
    expect(report.refused.map(({ key }) => key).toSorted()).toEqual(['activity/0/1', 'activity/0/2', 'outbox/5']);
  });
});
