import { expect, it } from 'vitest';
import { EventLogError, type EventLog } from '../../ports/event-log.ts';
import { createManualClock } from '../../../test/support/manual-clock.ts';
import { silentLogger } from '../../telemetry/logger.ts';
import { createMetrics } from '../../telemetry/metrics.ts';
import { createReactions } from './index.ts';
import { MemoryEventLog } from '../../../test/support/memory-event-log.ts';
import { reactionMetrics } from './metrics.ts';

interface Numbered {
  src: string;
  seq: number;
  ch: Record<string, { e: Record<string, number> }>;
}

/** Reacts through an outage that loses answers and outlasts the bound; answers what was accepted and what became of it. */
async function outage(): Promise<{ accepted: number; inLog: number; dropped: number }> {
  const clock = createManualClock();
  const memory = new MemoryEventLog();
  const metrics = createMetrics();
  const bus = {
    publish: () => undefined,
    subscribe: () => Promise.reject(new Error('not used')),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
  // The module only appends; the rest of the port is not there.
  const eventLog = memory as unknown as EventLog;
  const parts = { eventLog, bus, clock, logger: silentLogger(), metrics, activityPartitions: 1 };
  const reactions = createReactions({ ...parts });
  let accepted = 0;
  const react = async (times: number) => {
    for (let n = 0; n < times; n += 1, accepted += 1) {
      reactions.count({ channel: 'one', key: 'unicode:1f525', n: 1, reactor: 'a' });
      clock.advance(100);
    }
    await new Promise(setImmediate);
  };
  memory.losesAnswers = true;
  await react(1);
  await react(20);
  memory.losesAnswers = false;
  memory.failure = new EventLogError('unavailable', 'The log is out');
  await react(3_100);
  memory.failure = undefined;
  const stopped = reactions[Symbol.asyncDispose]();
  for (let turn = 0; turn < 100; turn += 1) {
    clock.advance(20);
    await new Promise(setImmediate);
  }
  await stopped;
  const records = memory.records.map(({ record }) => record as unknown as Numbered);
  const once = new Map(
    records.map((record) => [`${record.src} ${record.seq}`, record.ch['one']?.e['unicode:1f525'] ?? 0]),
  );
  const dropped = (await reactionMetrics(metrics).reactionsDropped.get()).values[0]?.value ?? 0;
  return { accepted, inLog: [...once.values()].reduce((sum, n) => sum + n, 0), dropped };
}

it('accepted = in the log once + dropped by the bound, through an outage that loses answers', async () => {
  const { accepted, dropped, inLog } = await outage();
  expect(dropped).toBeGreaterThan(0);
  expect(inLog + dropped).toBe(accepted);
});

function open(memory: MemoryEventLog) {
  const clock = createManualClock(1_000_000_000_000);
  const bus = {
    publish: () => undefined,
    subscribe: () => Promise.reject(new Error('not used')),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
  // The module only appends; the rest of the port is not there.
  const eventLog = memory as unknown as EventLog;
  const parts = { eventLog, bus, clock, logger: silentLogger(), metrics: createMetrics(), activityPartitions: 1 };
  return { clock, reactions: createReactions({ ...parts }) };
}

const item = { t: 1_000_000_000_000, e: 'unicode:1f525', id: 'one' };
const turn = () => new Promise(setImmediate);

/** The numbers in the log after the first request was refused once while more came. */
async function orderInLog(): Promise<unknown[]> {
  const memory = new MemoryEventLog();
  const { clock, reactions } = open(memory);
  memory.failure = new EventLogError('unavailable', 'Not now');
  const first = reactions.append('one', [item]);
  await turn();
  memory.failure = undefined;
  const others = ['two', 'three'].map((id) => reactions.append('one', [{ ...item, id }]));
  for (let step = 0; step < 10; step += 1) {
    await turn();
    clock.advance(100);
  }
  await Promise.all([first, ...others]);
  await reactions[Symbol.asyncDispose]();
  return memory.records.map(({ record }) => record['seq']);
}

it('records reach the log in the order of their numbers, also when one is refused', async () => {
  expect(await orderInLog()).toEqual([0, 1, 2]);
});

/** Reactions of each second, as digests have them; one was sent every 10 ms. */
async function perSecond(): Promise<number[]> {
  const memory = new MemoryEventLog();
  const { clock, reactions } = open(memory);
  for (let n = 0; n < 500; n += 1) {
    reactions.count({ channel: 'one', key: 'unicode:1f525', n: 1, reactor: 'a' });
    clock.advance(10);
    await turn();
  }
  await reactions[Symbol.asyncDispose]();
  const seconds = Array.from({ length: 5 }, () => 0);
  for (const { record } of memory.records) {
    // The digests that this test caused.
    const { ch, t } = record as unknown as Numbered & { t: number };
    const second = Math.floor(t / 1_000) - 1_000_000_000;
    seconds[second] = (seconds[second] ?? 0) + (ch['one']?.e['unicode:1f525'] ?? 0);
  }
  return seconds;
}

it('no digest holds reactions of two seconds', async () => {
  expect(await perSecond()).toEqual([100, 100, 100, 100, 100]);
});

/** What the log has of a batch that was answered, when the process dies right after the answer. */
async function acknowledgedInLog(): Promise<unknown[]> {
  const memory = new MemoryEventLog();
  const { reactions } = open(memory);
  memory.hold();
  const answered = reactions.append('one', [item]).then(() => [...memory.records]);
  await turn();
  memory.release();
  return (await answered).map(({ record }) => record['items']);
}

it('an HTTP batch that was answered is in the log with its ids', async () => {
  expect(await acknowledgedInLog()).toEqual([[item]]);
});
