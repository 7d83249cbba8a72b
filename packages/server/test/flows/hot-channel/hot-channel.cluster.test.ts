import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { topicSpecs, TOPICS } from '@ovation/protocol';
import { afterAll, beforeAll, expect, inject, it, onTestFinished, vi } from 'vitest';
import { openKafkaEventLog } from '../../../src/adapters/kafka/event-log.ts';
import { createSystemClock } from '../../../src/adapters/system/clock.ts';
import { ClosingStack } from '../../../src/host/closing-stack.ts';
import type { EventLog } from '../../../src/ports/event-log.ts';
import { RawEmotes } from '../../../src/stream/raw-emotes.ts';
import { streamerTopic } from '../../../src/stream/streamer-topics.ts';
import { createEmptyDatabase } from '../../services/postgres-database.ts';
import { startKafka } from '../../services/kafka.ts';
import {
  countedOf,
  type HotCluster,
  isBridging,
  sendRecords,
  startNode,
  untilCopied,
  untilCounted,
} from './hot-channel.ts';

const WAIT = { timeout: 100_000, interval: 100 };
const closing = new ClosingStack();
const clock = createSystemClock();
/** However long a busy machine takes to send them, the records come within one second. */
const oneSecond = { now: () => 0 };
let cluster: HotCluster;
let eventLog: EventLog;

/** A Kafka of its own: the topics and groups of the product have one name each. */
beforeAll(async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'ovation-hot-'));
  closing.defer(() => rm(folder, { recursive: true, force: true }));
  const kafka = closing.use(await startKafka(path.join(folder, 'kafka')));
  const database = closing.use(await createEmptyDatabase(inject('engines').postgres));
  cluster = { kafka: kafka.address, databaseUrl: database.url, folder };
  eventLog = closing.use(await openKafkaEventLog({ service: { brokers: [kafka.address], replication: 1 }, clock }));
  for (const spec of topicSpecs('cluster')) await eventLog.createTopic(spec);
});
afterAll(() => closing[Symbol.asyncDispose]());

async function node(roles: string, environment: Record<string, string> = {}) {
  const server = await startNode(cluster, roles, environment);
  onTestFinished(() => server[Symbol.asyncDispose]());
  return server;
}

const perPartition = async () => eventLog.endOffsets(TOPICS.rawEmoteData);

it('totals of a hot channel are exact, although one of two bridges is killed (S2-19, S2-21)', async () => {
  await node('api,worker');
  const bridges = [await node('analyzer'), await node('analyzer')];
  await vi.waitFor(async () => expect(await Promise.all(bridges.map(isBridging))).toEqual([true, true]), WAIT);
  const rawEmotes = new RawEmotes({ eventLog, clock: oneSecond, topic: TOPICS.rawEmoteData });
  const batch = 500;
  let sent = 0;
  const send = async (records: number) => {
    for (const until = sent + records; sent < until; sent += batch) await sendRecords(rawEmotes, 'hot', batch, sent);
  };
  await send(10_000);
  // In the middle of its work: it has copied some, and not all.
  await vi.waitFor(async () => {
    const stored = (await eventLog.endOffsets(TOPICS.activity)).reduce((sum, end) => sum + end, 0);
    expect(stored).toBeGreaterThan(1_000);
  }, WAIT);
  await send(5_000);
  await bridges[1]?.kill('SIGKILL');
  await send(5_000);
  await untilCopied(eventLog);
  const { late, windows } = await untilCounted(cluster.databaseUrl, 'hot', sent);
  expect(windows + late).toBe(sent);
  // Every partition has its share: it was copied by both.
  const ends = await perPartition();
  expect(Math.min(...ends)).toBeGreaterThan(sent / ends.length / 2);
});

it('eight lively streamers fill the partitions evenly, whatever their names (S2-16)', async () => {
  const before = await perPartition();
  const rawEmotes = new RawEmotes({ eventLog, clock: oneSecond, topic: TOPICS.rawEmoteData });
  const streamers = Array.from({ length: 8 }, (_, n) => `streamer-${n}`);
  const each = 10_000;
  await Promise.all(
    streamers.map(async (streamer) => {
      for (let sent = 0; sent < each; sent += 500) await sendRecords(rawEmotes, streamer, 500, sent);
    }),
  );
  const grown = (await perPartition()).map((end, partition) => end - (before[partition] ?? 0));
  const mean = (streamers.length * each) / grown.length;
  expect(grown.reduce((sum, n) => sum + n, 0)).toBe(streamers.length * each);
  // What came before they were hot lies in their own partitions.
  expect(Math.min(...grown)).toBeGreaterThan(mean / 2);
  expect(grown.filter((n) => n > 2 * mean).length).toBeLessThanOrEqual(streamers.length);
});

it("a streamer's emotes never change another's moments, each over topics of its own (S2-17, C14)", async () => {
  const server = await node('api,gateway,analyzer,worker', {
    OVATION_TOPICS: 'per-streamer',
    // It is asked again and again.
    OVATION_LIMITS: 'off',
  });
  await vi.waitFor(async () => expect(await isBridging(server)).toBe(true), WAIT);
  const timestamp = new Date().toISOString();
  for (const [streamer, emote] of [
    ['alice', '🔥'],
    ['bob', '👍'],
  ] as const) {
    const topic = streamerTopic(TOPICS.rawEmoteData, streamer);
    await eventLog.createTopic({ name: topic, partitions: 2, retentionMs: 3_600_000 });
    const records = Array.from({ length: 100 }, () => ({ value: JSON.stringify({ emote, timestamp }) }));
    await eventLog.append(topic, records);
  }
  const ofCarl = { key: 'carl', value: JSON.stringify({ emote: '🔥', timestamp, streamerId: 'carl' }) };
  await eventLog.append(
    TOPICS.rawEmoteData,
    Array.from({ length: 100 }, () => ofCarl),
  );
  const momentsOf = async (streamer: string) => {
    const response = await fetch(`${server.url}/moments?streamerId=${streamer}`);
    const moments = (await response.json()) as { emote: string }[];
    return [...new Set(moments.map(({ emote }) => emote))];
  };
  await vi.waitFor(async () => {
    expect(await momentsOf('alice')).toEqual(['🔥']);
    expect(await momentsOf('bob')).toEqual(['👍']);
    expect(await momentsOf('carl')).toEqual(['🔥']);
  }, WAIT);
  const emotesIn = async (topic: string) => {
    const found = new Set<string>();
    const from = new Map((await eventLog.earliestOffsets(topic)).map((offset, partition) => [partition, offset]));
    for await (const { records } of eventLog.read({ topic, from, follow: false })) {
      for (const { value } of records) {
        for (const { emote } of JSON.parse(new TextDecoder().decode(value)) as { emote: string }[]) found.add(emote);
      }
    }
    return [...found];
  };
  const topicOf = (streamer: string) => streamerTopic(TOPICS.aggregatedEmoteData, streamer);
  await vi.waitFor(async () => {
    expect(await eventLog.topicNames()).toEqual(expect.arrayContaining([topicOf('alice'), topicOf('bob')]));
    expect(await emotesIn(topicOf('alice'))).toEqual(['🔥']);
    expect(await emotesIn(topicOf('bob'))).toEqual(['👍']);
  }, WAIT);
  // Anybody can make this channel: it has moments, and no topic.
  expect(await eventLog.topicNames()).not.toContain(topicOf('carl'));
  expect((await countedOf(cluster.databaseUrl, 'alice')).late).toBe(0);
});
