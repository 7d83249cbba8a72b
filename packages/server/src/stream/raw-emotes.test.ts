import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { partitionOf } from '@ovation/protocol';
import { expect, it, onTestFinished } from 'vitest';
import { createManualClock } from '../../test/support/manual-clock.ts';
import { openLmdbEventLog } from '../adapters/lmdb/event-log.ts';
import { HOT_PER_SECOND, RawEmotes } from './raw-emotes.ts';

const PARTITIONS = 8;
const START = Date.UTC(2026, 0, 1);

async function setUp() {
  const folder = await mkdtemp(path.join(tmpdir(), 'ovation-raw-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const clock = createManualClock(START);
  const eventLog = await openLmdbEventLog({ folder, clock });
  onTestFinished(() => eventLog[Symbol.asyncDispose]());
  await eventLog.createTopic({ name: 'raw', partitions: PARTITIONS, retentionMs: 3_600_000 });
  return { clock, eventLog, rawEmotes: new RawEmotes({ eventLog, clock, topic: 'raw' }) };
}

const values = (n: number) => Array.from({ length: n }, (_, index) => String(index));

it('a channel has one partition, and keeps its order there (C13)', async () => {
  const { eventLog, rawEmotes } = await setUp();
  for (let call = 0; call < 5; call += 1) await rawEmotes.append('alice', values(HOT_PER_SECOND / 5));
  const ends = await eventLog.endOffsets('raw');
  expect(ends[partitionOf('alice', PARTITIONS)]).toBe(HOT_PER_SECOND);
  expect(ends.reduce((sum, end) => sum + end, 0)).toBe(HOT_PER_SECOND);
});

it('a hot channel lies in all partitions evenly, beside channels that are not hot (S2-19, S2-16)', async () => {
  const { eventLog, rawEmotes } = await setUp();
  await rawEmotes.append('hot', values(HOT_PER_SECOND));
  // Batches stay together in parts, and single records take turns.
  for (let call = 0; call < 2 * PARTITIONS; call += 1) await rawEmotes.append('hot', values(2_000));
  for (let call = 0; call < PARTITIONS; call += 1) await rawEmotes.append('hot', values(1));
  await rawEmotes.append('cold', values(3));
  const ends = await eventLog.endOffsets('raw');
  const spread = 2 * 2_000 + 1;
  const without = (name: string, n: number) => (end: number, at: number) =>
    end - (at === partitionOf(name, PARTITIONS) ? n : 0);
  // The first call is what made it hot.
  expect(ends.map(without('hot', HOT_PER_SECOND)).map(without('cold', 3))).toEqual(ends.map(() => spread));
  const from = new Map([[partitionOf('cold', PARTITIONS), 0]]);
  let cold = 0;
  for await (const { records } of eventLog.read({ topic: 'raw', from, follow: false }))
    cold += records.filter(({ key }) => key === 'cold').length;
  expect(cold).toBe(3);
});

it('a channel stays hot in the second after, and is not hot for ever', async () => {
  const { clock, eventLog, rawEmotes } = await setUp();
  const spread = async () => (await eventLog.endOffsets('raw')).filter((end) => end > 0).length;
  await rawEmotes.append('hot', values(HOT_PER_SECOND));
  expect(await spread()).toBe(1);
  clock.advance(1_000);
  await rawEmotes.append('hot', values(HOT_PER_SECOND + 1));
  clock.advance(1_000);
  const before = await eventLog.endOffsets('raw');
  for (let call = 0; call < PARTITIONS; call += 1) await rawEmotes.append('hot', values(1));
  expect(await eventLog.endOffsets('raw')).toEqual(before.map((end) => end + 1));
  clock.advance(2_000);
  const later = await eventLog.endOffsets('raw');
  await rawEmotes.append('hot', values(PARTITIONS));
  const home = partitionOf('hot', PARTITIONS);
  expect(await eventLog.endOffsets('raw')).toEqual(later.map((end, at) => (at === home ? end + PARTITIONS : end)));
});
