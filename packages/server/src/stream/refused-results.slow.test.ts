import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { analysisOf, DEFAULT_SETTINGS, TOPICS, topicSpecs } from '@ovation/protocol';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createManualClock, type ManualClock } from '../../test/support/manual-clock.ts';
import { openLmdbEventLog } from '../adapters/lmdb/event-log.ts';
import { openPgliteDatabase } from '../adapters/pglite/database.ts';
import { DatabaseError } from '../adapters/sql/failure.ts';
import { readMigrations } from '../modules/migrations.ts';
import { createPartitionStore } from '../modules/moments/index.ts';
import type { Database } from '../ports/database.ts';
import type { EventLog } from '../ports/event-log.ts';
import { silentLogger } from '../telemetry/logger.ts';
import { createMetrics } from '../telemetry/metrics.ts';
import { createDeadLetters } from './dead-letters.ts';
import type { PartitionStore } from './partition-store.ts';
import { analyzeToEnd } from './rebuild-partition.ts';

/** What the database refuses as data, with a real database and a real event log (docs/decisions/doors.md D1). */

const TOO_MANY = 3_000_000_000;
const logger = silentLogger();
const metrics = createMetrics();
let folder: string;
let clock: ManualClock;
let eventLog: EventLog;
let database: Database;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'ovation-refused-'));
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

async function openTopic(topic: string) {
  const { id: topicId } = await eventLog.createTopic({ name: topic, partitions: 1, retentionMs: 86_400_000 });
  const place = { topic, partition: 0 };
  let seq = 0;
  const append = async (record: object) => {
    clock.advance(1_000);
    const value = JSON.stringify({ src: 'g', seq: seq++, t: clock.now(), ...record });
    await eventLog.append(topic, [{ partition: 0, value }]);
  };
  const react = (channel: string, n: number) =>
    append({ k: 'd', ch: { [channel]: { e: { 'unicode:1f525': n }, r: 1, m: 0, a: 0, f: {} } } });
  const own = createPartitionStore({ database, ...place, topicId, aggregatedTopic: TOPICS.aggregatedEmoteData });
  const analyze = (store: PartitionStore = own) =>
    analyzeToEnd({
      ...place,
      eventLog,
      store,
      engine: {},
      channels: { aliases: () => Promise.resolve(new Map()) },
      deadLetters: createDeadLetters({ eventLog, logger, metrics }),
      clock,
      logger,
      metrics,
      signal: new AbortController().signal,
      onRecords: () => undefined,
    });
  const passMinute = async () => {
    for (let second = 0; second < 70; second += 1) await append({ k: 't' });
  };
  return { store: own, append, react, analyze, passMinute };
}

async function letters(topic: string) {
  const from = new Map((await eventLog.endOffsets(TOPICS.deadLetter)).map((_, partition) => [partition, 0]));
  const found: { key: string | null; cause: string | undefined; channel: string | undefined }[] = [];
  for await (const { records } of eventLog.read({ topic: TOPICS.deadLetter, from, follow: false })) {
    for (const { headers, key } of records) {
      if (!headers['dead-letter-source']?.startsWith(`${topic}/0/`)) continue;
      found.push({ key, cause: headers['dead-letter-cause'], channel: headers['dead-letter-channel'] });
    }
  }
  return found;
}

async function momentsIn(channel: string): Promise<number> {
  const { rows } = await sql`select 1 from significant_moments where channel = ${channel}`.execute(database.sql);
  return rows.length;
}

it('a moment that the database refuses is set aside with its channel and cause, and the others are stored', async () => {
  const { analyze, react } = await openTopic('moments');
  await react('before', 40);
  await react('flooded', TOO_MANY);
  await react('after', 40);
  await analyze();
  expect([await momentsIn('before'), await momentsIn('flooded'), await momentsIn('after')]).toEqual([1, 0, 1]);
  expect(await letters('moments')).toEqual([
    { key: expect.stringMatching(/^moment\/.+:1$/), channel: 'flooded', cause: expect.stringContaining('22003') },
  ]);
  // The channel goes on in its next minute.
  clock.advance(60_000);
  await react('flooded', 40);
  await analyze();
  expect(await momentsIn('flooded')).toBe(1);
});

it('a window that the database refuses is set aside, and the position moves on', async () => {
  const { analyze, append, passMinute, react } = await openTopic('windows');
  await append({ k: 's', ch: 'odd', ver: TOO_MANY, body: analysisOf(DEFAULT_SETTINGS) });
  await react('odd', 1);
  await react('even', 1);
  await passMinute();
  await analyze();
  const { rows } = await sql`select channel from activity_windows where channel in ('odd', 'even')`.execute(
    database.sql,
  );
  expect(rows).toEqual([{ channel: 'even' }]);
  expect(await letters('windows')).toEqual([
    { key: expect.stringMatching(/^window\/odd\//), channel: 'odd', cause: expect.stringContaining('22003') },
  ]);
  const position = await sql<{ offset: number }>`
    select "offset" from analyzer_partitions where topic = 'windows'`.execute(database.sql);
  expect(position.rows).toEqual([{ offset: 72 }]);
});

it('a state that the database refuses is set aside, the channel begins anew, and the others keep theirs', async () => {
  const { analyze, react, store } = await openTopic('states');
  await react('bad', 1);
  await react('good', 1);
  let refusals = 0;
  const refusing: PartitionStore = {
    ...store,
    storeSnapshot: (generation, snapshot, late) => {
      const isBad = (snapshot.channels.get('bad')?.windows.length ?? 0) > 0;
      if (!isBad) return store.storeSnapshot(generation, snapshot, late);
      refusals += 1;
      return Promise.reject(new DatabaseError({ message: 'bad', code: '22P05' }));
    },
    refusedOf: async () => ({ channels: new Map([['bad', 'bad (22P05)']]), late: new Map() }),
  };
  await analyze(refusing);
  expect(refusals).toBe(1);
  expect(await letters('states')).toEqual([
    { key: expect.stringMatching(/^state\/bad\//), channel: 'bad', cause: 'bad (22P05)' },
  ]);
  const { rows } = await sql<{ channel: string; windows: number }>`
    select channel, jsonb_array_length(state -> 'windows') as windows from analyzer_channels
    where topic = 'states' order by channel`.execute(database.sql);
  expect(rows).toEqual([
    { channel: 'bad', windows: 0 },
    { channel: 'good', windows: 1 },
  ]);
});

it('of a snapshot only what the database refuses is named, and nothing of it is stored', async () => {
  const { store } = await openTopic('trials');
  const { generation } = await store.takeOver();
  const partition = { offset: 7, watermark: 0, appendedAt: 0, holdUntil: 0, sources: {} };
  const state = { version: 0, analysis: analysisOf(DEFAULT_SETTINGS), windows: [] };
  const tooLong = 'x'.repeat(65);
  const late = [tooLong, 'one'].map((channel) => ({ channel, start: 0, n: 1, appendedAt: 0 }));
  const channels = new Map(['one', tooLong, 'two'].map((name) => [name, state]));
  const refused = await store.refusedOf(generation, { partition, channels, removed: [] }, late);
  expect([[...refused.channels.keys()], [...refused.late.keys()]]).toEqual([[tooLong], [late[0]]]);
  const { rows } = await sql`select 1 from analyzer_channels where topic = 'trials'`.execute(database.sql);
  expect(rows).toEqual([]);
});
