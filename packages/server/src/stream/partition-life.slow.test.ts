import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { TOPICS, topicSpecs } from '@ovation/protocol';
import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { openLmdbEventLog } from '../adapters/lmdb/event-log.ts';
import { openPgliteDatabase } from '../adapters/pglite/database.ts';
import { readMigrations } from '../modules/migrations.ts';
import { createPartitionStore } from '../modules/moments/index.ts';
import type { Database } from '../ports/database.ts';
import type { EventLog } from '../ports/event-log.ts';
import { createManualClock, type ManualClock } from '../../test/support/manual-clock.ts';
import type { Platform } from '../platform.ts';
import { silentLogger } from '../telemetry/logger.ts';
import { createMetrics } from '../telemetry/metrics.ts';
import { BRIDGE_GROUP, runBridge } from './bridge.ts';
import { analyzeToEnd } from './rebuild-partition.ts';
import { writeTicks } from './write-ticks.ts';

/** Switches of the stream that the crash model does not use, each with a real event log and a real database. */

const HOUR = 3_600_000;
const logger = silentLogger();
const metrics = createMetrics();
let folder: string;
let clock: ManualClock;
let eventLog: EventLog;
let database: Database;
let topics = 0;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'ovation-stream-'));
  clock = createManualClock();
  eventLog = await openLmdbEventLog({ folder, clock });
  for (const spec of topicSpecs('embedded')) await eventLog.createTopic(spec);
  database = await openPgliteDatabase({ folder: 'memory://', migrations: readMigrations(), clock, logger });
});
afterAll(async () => {
  await database[Symbol.asyncDispose]();
  await eventLog[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});
beforeEach(() => {
  topics += 1;
});

async function openTopic() {
  const topic = `stream-${topics}`;
  const { id: topicId } = await eventLog.createTopic({ name: topic, partitions: 1, retentionMs: HOUR });
  const place = { topic, partition: 0 };
  const append = (seq: number) => {
    const ch = { [topic]: { e: { 'unicode:1f525': 1 }, r: 1, m: 0, a: 0, f: {} } };
    const value = JSON.stringify({ k: 'd', src: 'g', seq, t: clock.now(), ch });
    return eventLog.append(topic, [{ partition: 0, value }]);
  };
  const analyze = () =>
    analyzeToEnd({
      ...place,
      eventLog,
      store: createPartitionStore({ database, ...place, topicId, aggregatedTopic: TOPICS.aggregatedEmoteData }),
      engine: {},
      channels: { aliases: () => Promise.resolve(new Map()) },
      deadLetters: { setAside: () => Promise.resolve(), setResultAside: () => Promise.resolve() },
      clock,
      logger,
      metrics,
      signal: new AbortController().signal,
      onRecords: () => undefined,
    });
  return { topic, append, analyze };
}

/** How many gaps are written down after retention took records that were not analysed. */
async function gapsNoted(): Promise<number> {
  const { analyze, append, topic } = await openTopic();
  await append(0);
  await analyze();
  for (const seq of [1, 2, 3]) await append(seq);
  // The group commits ahead, so that it does not hold the records back: retention removes them, as above its hard limit.
  await eventLog.commit(BRIDGE_GROUP, topic, new Map([[0, 99]]));
  clock.advance(2 * HOUR);
  while ((await eventLog.earliestOffsets(topic))[0] !== 4) await new Promise(setImmediate);
  await append(4);
  await analyze();
  const { rows } = await sql`select 1 from analyzer_gaps where topic = ${topic}`.execute(database.sql);
  return rows.length;
}

it('missing records are written down', async () => {
  expect(await gapsNoted()).toBe(1);
});

/** How many records an analyzer that stopped in good order leaves for the next one to apply again. */
async function appliedAgain(): Promise<number> {
  const { analyze, append, topic } = await openTopic();
  for (const seq of [0, 1, 2]) await append(seq);
  await analyze();
  const { rows } = await sql<{ offset: number }>`
    select "offset" from analyzer_partitions where topic = ${topic}`.execute(database.sql);
  return 2 - (rows[0]?.offset ?? Number.NaN);
}

it('whoever stops in good order leaves a snapshot of all that was applied', async () => {
  expect(await appliedAgain()).toBe(0);
});

/** Ticks that a silent partition gets in ten seconds while a window is open. */
async function ticksIn(): Promise<number> {
  const { topic } = await openTopic();
  const own = createManualClock();
  let ticks = 0;
  const counting: EventLog = new Proxy(eventLog, {
    get: (target, name) =>
      name === 'append'
        ? () => {
            ticks += 1;
            return Promise.resolve([]);
          }
        : Reflect.get(target, name, target),
  });
  const parts = { eventLog: counting, clock: own, logger, topic, partition: 0, hasOpenWindows: true };
  using _writer = writeTicks({ ...parts });
  for (let step = 0; step < 40; step += 1) {
    own.advance(250);
    await new Promise(setImmediate);
  }
  return ticks;
}

it('a silent partition with an open window gets ticks', async () => {
  expect(await ticksIn()).toBeGreaterThan(5);
});

/** Different sources and numbers of the copies of one raw record that was copied twice, as after a crash. */
async function copiesOfOne(): Promise<number> {
  const rawTopic = `raw-${topics}`;
  await eventLog.createTopic({ name: rawTopic, partitions: 1, retentionMs: HOUR });
  const before = await eventLog.endOffsets(TOPICS.activity);
  const value = JSON.stringify({ emote: '🔥', timestamp: new Date(clock.now()).toISOString() });
  await eventLog.append(rawTopic, [{ partition: 0, value }]);
  for (let life = 0; life < 2; life += 1) {
    const stopping = new AbortController();
    await eventLog.commit(BRIDGE_GROUP, rawTopic, new Map([[0, 0]]));
    const bridge = runBridge(
      {
        platform: {
          eventLog: stoppingAfterCommit(stopping),
          clock,
          logger,
          metrics,
          config: { rawTopic },
          activity: { partitions: before.length },
        } as unknown as Platform, // the bridge needs no more of it
        channels: { ensure: () => Promise.resolve(true) },
        tallies: { add: () => undefined },
        deadLetters: { setAside: () => Promise.resolve(), setResultAside: () => Promise.resolve() },
        signal: stopping.signal,
      },
      [0],
    );
    await bridge;
  }
  const numbers = new Set<string>();
  const from = new Map(before.map((offset, partition) => [partition, offset]));
  let copies = 0;
  for await (const { records } of eventLog.read({ topic: TOPICS.activity, from, follow: false })) {
    for (const record of records) {
      // The bridge's own records: items with a source and a number.
      const { seq, src } = JSON.parse(new TextDecoder().decode(record.value)) as { src: string; seq: number };
      numbers.add(`${src} ${seq}`);
      copies += 1;
    }
  }
  expect(copies).toBe(2);
  return numbers.size;
}

function stoppingAfterCommit(stopping: AbortController): EventLog {
  return new Proxy(eventLog, {
    get: (target, name) =>
      name === 'commit'
        ? async () => stopping.abort()
        : // Bound to the real one: its methods use private fields.
          (Reflect.get(target, name, target) as (...given: unknown[]) => unknown).bind(target),
  });
}

it('a raw record that is copied twice has one source and number', async () => {
  expect(await copiesOfOne()).toBe(1);
});
