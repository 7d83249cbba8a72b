import { expect, it } from 'vitest';
import { EventLogError, type EventLog } from '../../ports/event-log.ts';
import { createManualClock } from '../../ports/manual-clock.ts';
import type { Sabotage } from '../../sabotage.ts';
import { silentLog } from '../../telemetry/log.ts';
import { createMetrics } from '../../telemetry/metrics.ts';
import { createReactions } from './index.ts';
import { MemoryEventLog } from './memory-event-log.ts';

interface Numbered {
  src: string;
  seq: number;
  ch: Record<string, { e: Record<string, number> }>;
}

/** Reacts through an outage that loses answers and outlasts the bound; answers what was accepted and what became of it. */
async function outage(sabotage?: Sabotage): Promise<{ accepted: number; inLog: number; dropped: number }> {
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
  const parts = { eventLog, bus, clock, log: silentLog(), metrics, activityPartitions: 1 };
  const reactions = createReactions({ ...parts, ...(sabotage ? { sabotage } : {}) });
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
  const dropped = (await metrics.reactionsDropped.get()).values[0]?.value ?? 0;
  return { accepted, inLog: [...once.values()].reduce((sum, n) => sum + n, 0), dropped };
}

it('accepted = in the log once + dropped by the bound, through an outage that loses answers', async () => {
  const { accepted, dropped, inLog } = await outage();
  expect(dropped).toBeGreaterThan(0);
  expect(inLog + dropped).toBe(accepted);
});

it.each(['resend-renumbered', 'drops-not-counted'] as const)('the books notice %s', async (sabotage) => {
  const { accepted, dropped, inLog } = await outage(sabotage);
  expect(inLog + dropped).not.toBe(accepted);
});
