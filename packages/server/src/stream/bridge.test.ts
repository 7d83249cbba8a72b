import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { partitionOf, topicSpecs, TOPICS } from '@ovation/protocol';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openLmdbEventLog } from '../adapters/lmdb/event-log.ts';
import { createSystemClock } from '../adapters/system/clock.ts';
import { ChannelProblem } from '../modules/channels/index.ts';
import { type EventLog, EventLogError, type LogRecord } from '../ports/event-log.ts';
import { DatabaseError } from '../adapters/sql/failure.ts';
import type { Platform } from '../platform.ts';
import { silentLogger } from '../telemetry/logger.ts';
import { createMetrics } from '../telemetry/metrics.ts';
import { BRIDGE_GROUP, runBridge } from './bridge.ts';
import { createDeadLetters } from './dead-letters.ts';
import { streamMetrics } from './metrics.ts';

/** The bridge over a real event log. */

const PARTITIONS = 4;
const PARTITION_LIST = Array.from({ length: PARTITIONS }, (_, partition) => partition);
const timestamp = '2026-01-01T12:00:00.000Z';
let folder: string;
let eventLog: EventLog;

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'ovation-bridge-'));
  eventLog = await openLmdbEventLog({ folder, clock: createSystemClock() });
  for (const spec of topicSpecs('embedded')) await eventLog.createTopic(spec);
});
afterEach(async () => {
  await eventLog[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});

/** The event log, with an `append` of the test's own. */
function eventLogWith(append: EventLog['append']): EventLog {
  return new Proxy(eventLog, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name, target);
      if (name === 'append') return append;
      return typeof member === 'function' ? (member.bind(target) as unknown) : member;
    },
  });
}

/** Runs the bridge until it has committed all records of the topic. */
async function runToEnd(
  ensure: (name: string) => Promise<void> = () => Promise.resolve(),
  append: EventLog['append'] = (topic, records) => eventLog.append(topic, records),
) {
  const metrics = createMetrics();
  const logger = silentLogger();
  const stopping = new AbortController();
  const tallies: string[] = [];
  // Of the platform the bridge needs only this.
  const platform = {
    eventLog: eventLogWith(append),
    clock: createSystemClock(),
    logger,
    metrics,
    config: { rawTopic: TOPICS.rawEmoteData },
    activity: { partitions: PARTITIONS },
  } as Platform;
  const run = runBridge(
    {
      platform,
      channels: { ensure: (name) => ensure(name).then(() => true) },
      tallies: { add: (channel, key, n) => tallies.push(`${channel} ${key} ${n}`) },
      deadLetters: createDeadLetters({ eventLog, logger, metrics }),
      signal: stopping.signal,
    },
    PARTITION_LIST,
  );
  const ends = await eventLog.endOffsets(TOPICS.rawEmoteData);
  const isDone = (committed: Map<number, number>) => ends.every((end, partition) => committed.get(partition) === end);
  while (!isDone(await eventLog.committed(BRIDGE_GROUP, TOPICS.rawEmoteData))) await new Promise(setImmediate);
  stopping.abort();
  await run;
  const rejected = await streamMetrics(metrics).emotesRejected.get();
  return { tallies, rejected: rejected.values.reduce((sum, { value }) => sum + value, 0) };
}

/** A bridge that finds nothing to read: it has its positions from then on. */
async function startOnce(): Promise<void> {
  const known = (await eventLog.committed(BRIDGE_GROUP, TOPICS.rawEmoteData)).size > 0;
  if (!known) await runToEnd();
}

async function recordsOf(topic: string): Promise<LogRecord[]> {
  const from = new Map((await eventLog.earliestOffsets(topic)).map((offset, partition) => [partition, offset]));
  const records: LogRecord[] = [];
  for await (const batch of eventLog.read({ topic, from, follow: false })) records.push(...batch.records);
  return records;
}

const json = (record: LogRecord) => JSON.parse(new TextDecoder().decode(record.value)) as Record<string, unknown>;

describe('bridge', () => {
  it('sets records aside whose time has no zone or no day of its own (D17)', async () => {
    await startOnce();
    const times = ['2026-01-01T12:00:00', '2026-01-01 12:00:00Z', '2026-02-30T12:00:00Z', '2026-01-01T12:00:00+01:00'];
    await eventLog.append(
      TOPICS.rawEmoteData,
      times.map((time) => ({ partition: 1, value: JSON.stringify({ emote: '🔥', timestamp: time }) })),
    );
    expect((await runToEnd()).rejected).toBe(3);
    expect((await recordsOf(TOPICS.activity)).map((record) => json(record)['items'])).toEqual([
      [{ t: Date.UTC(2026, 0, 1, 11), e: 'unicode:1f525' }],
    ]);
  });

  it('copies valid records to their home partition and sets five bad kinds aside (S0-29)', async () => {
    await startOnce();
    const bad = [
      '{',
      '{"timestamp":"2026-01-01T12:00:00Z"}',
      '{"emote":"🔥"}',
      `{"emote":"${'x'.repeat(100)}","timestamp":"${timestamp}"}`,
      '{"emote":"🔥","timestamp":"tomorrow"}',
    ];
    const good = [
      JSON.stringify({ emote: '🔥', timestamp }),
      JSON.stringify({ emote: '❤', timestamp, streamerId: 'other' }),
    ];
    await eventLog.append(
      TOPICS.rawEmoteData,
      [...bad, ...good].map((value) => ({ partition: 2, value })),
    );
    const { tallies, rejected } = await runToEnd();

    const copies = await recordsOf(TOPICS.activity);
    const src = 'raw-emote-data/2';
    const t = Date.parse(timestamp);
    expect(copies.map((record) => [record.partition, json(record)])).toEqual(
      [
        [
          partitionOf('default', PARTITIONS),
          { k: 'i', src, seq: 5, ch: 'default', items: [{ t, e: 'unicode:1f525' }] },
        ],
        [partitionOf('other', PARTITIONS), { k: 'i', src, seq: 6, ch: 'other', items: [{ t, e: 'unicode:2764' }] }],
      ].toSorted(([one], [two]) => Number(one) - Number(two)),
    );
    expect(tallies).toEqual(['default unicode:1f525 1', 'other unicode:2764 1']);
    expect(rejected).toBe(5);
    const dead = await recordsOf(TOPICS.deadLetter);
    expect(dead.map(({ key }) => String(key)).toSorted((one, two) => one.localeCompare(two))).toEqual(
      [0, 1, 2, 3, 4].map((offset) => `raw-emote-data/2/${offset}`),
    );
    expect(dead.every(({ headers }) => (headers['dead-letter-cause'] ?? '') !== '')).toBe(true);
  });

  it('starts at the end on its first start (S0-27) and where its group stopped afterwards (C20)', async () => {
    const value = JSON.stringify({ emote: '🔥', timestamp });
    await eventLog.append(TOPICS.rawEmoteData, [{ partition: 0, value }]);
    await startOnce();
    await eventLog.append(TOPICS.rawEmoteData, [{ partition: 0, value }]);
    await startOnce();
    await runToEnd();
    expect((await recordsOf(TOPICS.activity)).map((record) => json(record)['seq'])).toEqual([1]);
  });

  it('goes on after a channel that cannot be made', async () => {
    await startOnce();
    const values = ['full', 'fine'].map((streamerId) => JSON.stringify({ emote: '🔥', timestamp, streamerId }));
    await eventLog.append(
      TOPICS.rawEmoteData,
      values.map((value) => ({ partition: 1, value })),
    );
    await runToEnd((name) =>
      name === 'full' ? Promise.reject(new ChannelProblem('too_many_channels', 'No more')) : Promise.resolve(),
    );
    expect((await recordsOf(TOPICS.activity)).map((record) => json(record)['ch'])).toEqual(['fine']);
    expect(await recordsOf(TOPICS.deadLetter)).toHaveLength(1);
  });

  it('sets aside what the database or the log refuses as data, and waits for what is an outage (D1)', async () => {
    await startOnce();
    const names = ['refused', 'large', 'fine'];
    const values = names.map((streamerId) => JSON.stringify({ emote: '🔥', timestamp, streamerId }));
    await eventLog.append(
      TOPICS.rawEmoteData,
      values.map((value) => ({ partition: 1, value })),
    );
    let outages = 0;
    await runToEnd(
      async (name) => {
        if (name === 'refused') throw new DatabaseError({ message: 'no such text', code: '22021' });
        outages += 1;
        if (outages === 1) throw new DatabaseError({ message: 'starting up', code: '57P03' });
      },
      async (topic, records) => {
        const isLarge = topic === TOPICS.activity && records.some(({ value }) => String(value).includes('large'));
        if (isLarge) throw new EventLogError('too_large', 'A record is too large');
        return eventLog.append(topic, records);
      },
    );
    expect((await recordsOf(TOPICS.activity)).map((record) => json(record)['ch'])).toEqual(['fine']);
    const dead = await recordsOf(TOPICS.deadLetter);
    const causes = dead.map(({ headers }) => headers['dead-letter-cause'] ?? '');
    expect(causes.toSorted((one, two) => one.localeCompare(two))).toEqual([
      'A record is too large (too_large)',
      'no such text (22021)',
    ]);
  });

  it('cuts a dead letter that the log refuses as too large', async () => {
    await startOnce();
    // With its headers the letter is larger than a record may be.
    const value = 'x'.repeat(1_048_576 - 100);
    await eventLog.append(TOPICS.rawEmoteData, [{ partition: 1, value }]);
    await runToEnd();
    const [letter] = await recordsOf(TOPICS.deadLetter);
    expect([letter?.value.length, letter?.headers['dead-letter-cut']]).toEqual([64_000, 'yes']);
  });
});
