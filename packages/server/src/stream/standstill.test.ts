import { setImmediate } from 'node:timers/promises';
import { DEFAULT_CHANNEL } from '@ovation/protocol';
import { expect, it } from 'vitest';
import { createManualClock } from '../../test/support/manual-clock.ts';
import { DatabaseError } from '../adapters/sql/failure.ts';
import type { LogRecord, RecordBatch } from '../ports/event-log.ts';
import { silentLogger } from '../telemetry/logger.ts';
import { createMetrics } from '../telemetry/metrics.ts';
import { analyzePartition } from './analyze-partition.ts';
import type { PartitionStore } from './partition-store.ts';
import { ProgressWatch } from './progress-watch.ts';

/** An analyzer over one record of forty reactions, with a database that answers as the test says. */
function analyzing(answer: { error: Error | undefined }) {
  const clock = createManualClock();
  const platform = { clock, logger: silentLogger(), metrics: createMetrics() };
  const stopping = new AbortController();
  const aside: string[] = [];
  const stored: string[] = [];
  const store: PartitionStore = {
    windowsAtOnce: 200,
    takeOver: () => Promise.resolve({ generation: 1, from: undefined }),
    async publish(_generation, moments) {
      if (answer.error) throw answer.error;
      stored.push(...moments.map(({ display }) => display));
    },
    storeWindows: () => Promise.resolve(),
    recordGap: () => Promise.resolve(),
    forget: () => Promise.resolve(),
    storeSnapshot: () => Promise.resolve(),
    refusedOf: () => Promise.resolve({ channels: new Map(), late: new Map() }),
  };
  const ch = { [DEFAULT_CHANNEL]: { e: { 'unicode:1f525': 40 }, r: 1, m: 0, a: 0, f: {} } };
  const value = new TextEncoder().encode(JSON.stringify({ k: 'd', src: 'g', seq: 0, t: clock.now(), ch }));
  const place = { topic: 'activity', partition: 0 };
  const record: LogRecord = { ...place, offset: 0, appendedAt: clock.now(), key: null, value, headers: {} };
  const stopped = new Promise((resolve) => stopping.signal.addEventListener('abort', resolve));
  async function* read(): AsyncGenerator<RecordBatch> {
    yield { partition: 0, records: [record], nextOffset: 1 };
    await stopped;
  }
  const endOffsets = () => Promise.resolve([1]);
  const watch = new ProgressWatch({ ...platform, eventLog: { endOffsets }, topic: 'activity' });
  const watching = watch.start();
  watch.took(0);
  const run = analyzePartition({
    ...platform,
    ...place,
    eventLog: { read, commit: () => Promise.resolve(), committed: () => Promise.resolve(new Map()) },
    store,
    channels: { aliases: () => Promise.resolve(new Map()) },
    deadLetters: { setAside: () => Promise.resolve(), setResultAside: async ({ kind }) => void aside.push(kind) },
    engine: {},
    signal: stopping.signal,
    onProgress: ({ position }) => watch.reached(0, position),
    onStep: () => watch.moved(0),
  });
  const pass = async (seconds: number) => {
    for (let second = 0; second < seconds; second += 1) {
      clock.advance(1_000);
      for (let turn = 0; turn < 5; turn += 1) await setImmediate();
    }
  };
  const stop = async () => {
    watching[Symbol.dispose]();
    stopping.abort();
    await run;
  };
  return { aside, stored, watch, pass, stop };
}

it('an outage of the database is waited for: nothing is set aside, and the standstill is seen until it is over (D1)', async () => {
  const answer: { error: Error | undefined } = { error: new DatabaseError({ message: 'starting up', code: '57P03' }) };
  const { aside, pass, stop, stored, watch } = analyzing(answer);
  await pass(9);
  expect(watch.reasons()).toEqual([]);
  await pass(5);
  expect(watch.reasons()).toHaveLength(1);
  answer.error = undefined;
  await pass(6);
  expect([watch.reasons(), stored, aside]).toEqual([[], ['🔥'], []]);
  await stop();
});

it('data that the database refuses stop nobody: they are set aside at once (D1)', async () => {
  const { aside, pass, stop, watch } = analyzing({ error: new DatabaseError({ message: 'no', code: '22P05' }) });
  await pass(14);
  expect([watch.reasons(), aside]).toEqual([[], ['moment']]);
  await stop();
});
