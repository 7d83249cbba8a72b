import { setImmediate } from 'node:timers/promises';
import { expect, it, vi } from 'vitest';
import { createManualClock } from '../../test/support/manual-clock.ts';
import { silentLogger } from '../telemetry/logger.ts';
import { createMetrics } from '../telemetry/metrics.ts';
import { ProgressWatch } from './progress-watch.ts';

/** A watch over two partitions on a manual clock; partition 0 stands at 5 of 5, partition 1 at 3 of 3. */
async function watching() {
  const clock = createManualClock();
  const logger = silentLogger();
  const metrics = createMetrics();
  const log = { ends: [5, 3], isDown: false };
  const endOffsets = () => (log.isDown ? Promise.reject(new Error('down')) : Promise.resolve([...log.ends]));
  const watch = new ProgressWatch({ eventLog: { endOffsets }, clock, logger, metrics, topic: 'activity' });
  watch.start();
  for (const partition of [0, 1]) watch.took(partition);
  watch.reached(0, 5);
  watch.reached(1, 3);
  const pass = async (seconds: number) => {
    for (let second = 0; second < seconds; second += 1) {
      clock.advance(1_000);
      await setImmediate();
    }
  };
  const lag = async () => {
    const text = await metrics.registry.metrics();
    return [0, 1].map((n) => Number(new RegExp(`analyzer_lag_seconds\\{partition="${n}"\\} (\\S+)`).exec(text)?.[1]));
  };
  await pass(1);
  return { clock, logger, log, watch, pass, lag };
}

const REASON = 'partition 1 of activity is not analysed: no progress for 10 s';

it('a partition that does nothing for ten seconds although there is something to read stands still', async () => {
  const { log, watch, pass, lag } = await watching();
  await pass(100);
  expect([watch.reasons(), await lag()]).toEqual([[], [0, 0]]);
  log.ends = [5, 4];
  await pass(10);
  expect(watch.reasons()).toEqual([]);
  await pass(1);
  expect([watch.reasons(), watch.secondsStill(0), watch.secondsStill(1), await lag()]).toEqual([
    [REASON],
    0,
    10,
    [0, 10],
  ]);
  watch.reached(1, 4);
  await pass(1);
  expect([watch.reasons(), await lag()]).toEqual([[], [0, 0]]);
});

it('a partition that is behind but goes on does not, and its lag is told', async () => {
  const { log, watch, pass, lag } = await watching();
  for (let second = 0; second < 60; second += 1) {
    log.ends[0] = (log.ends[0] ?? 0) + 2;
    watch.reached(0, 5 + second);
    await pass(1);
  }
  expect([watch.reasons(), await lag()]).toEqual([[], [30, 0]]);
  for (let step = 0; step < 20; step += 1) {
    await pass(3);
    watch.moved(0);
  }
  expect(watch.reasons()).toEqual([]);
});

it('a partition that could not be taken over stands still, and one that another process has is none of ours', async () => {
  const { log, watch, pass } = await watching();
  for (const partition of [0, 1]) watch.took(partition);
  await pass(12);
  expect(watch.reasons()).toHaveLength(2);
  watch.released(0);
  watch.released(1);
  log.ends = [9, 9];
  await pass(20);
  expect(watch.reasons()).toEqual([]);
});

it('a machine that slept, and a log that does not answer, are no standstill of a partition', async () => {
  const { clock, log, watch, pass } = await watching();
  log.ends = [5, 4];
  await pass(2);
  clock.advance(3_600_000);
  await setImmediate();
  log.isDown = true;
  await pass(2);
  log.isDown = false;
  expect(watch.reasons().length + watch.secondsStill(1)).toBeLessThanOrEqual(3_603);
  await pass(1);
  expect(watch.reasons()).toEqual([]);
});

it('the log says it once a minute, and when it is over', async () => {
  const { log, logger, watch, pass } = await watching();
  const error = vi.spyOn(logger, 'error');
  const info = vi.spyOn(logger, 'info');
  log.ends = [5, 4];
  await pass(135);
  expect(error.mock.calls.map(([facts]) => facts)).toEqual([
    { reasons: [REASON] },
    { reasons: [REASON.replace('10 s', '70 s')] },
    { reasons: [REASON.replace('10 s', '130 s')] },
  ]);
  watch.reached(1, 4);
  await pass(1);
  expect(info).toHaveBeenCalledExactlyOnceWith({}, 'Every partition is analysed again');
});
