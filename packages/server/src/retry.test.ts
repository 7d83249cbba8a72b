import { setImmediate } from 'node:timers/promises';
import { expect, it, vi } from 'vitest';
import { createManualClock } from '../test/support/manual-clock.ts';
import { every, logNowAndThen, pause, retry, type RetryOptions } from './retry.ts';
import { silentLogger } from './telemetry/logger.ts';

/** Work that fails until it is told to succeed, under `retry` on a manual clock. */
function failing(options: Partial<RetryOptions> = {}) {
  const clock = createManualClock();
  const stop = new AbortController();
  const attemptedAt: number[] = [];
  const startedAt = clock.now();
  const work = { succeeds: false };
  const result = retry(
    async () => {
      attemptedAt.push(clock.now() - startedAt);
      if (!work.succeeds) throw new Error(`attempt ${attemptedAt.length}`);
      return 'done';
    },
    { clock, signal: stop.signal, onFailure: () => undefined, ...options },
  );
  result.catch(() => undefined);
  const advance = async (ms: number) => {
    await setImmediate();
    clock.advance(ms);
    await setImmediate();
  };
  return { attemptedAt, work, result, stop, advance };
}

it('answers what the work answers', async () => {
  const options = { clock: createManualClock(), signal: AbortSignal.abort(), onFailure: () => undefined };
  await expect(retry(async () => 'done', options)).resolves.toBe('done');
});

it('doubles the pause after each failure, up to the longest, and goes on until the work succeeds', async () => {
  const { attemptedAt, work, result, advance } = failing({ delays: { firstMs: 100, longestMs: 500 } });
  for (let passed = 0; passed < 1_200; passed += 100) await advance(100);
  expect(attemptedAt).toEqual([0, 100, 300, 700, 1_200]);
  work.succeeds = true;
  await advance(500);
  await expect(result).resolves.toBe('done');
});

it('keeps one pause when it is told to', async () => {
  const { attemptedAt, advance } = failing({ delays: every(1_000) });
  for (let second = 0; second < 3; second += 1) await advance(1_000);
  expect(attemptedAt).toEqual([0, 1_000, 2_000, 3_000]);
});

it('gives up at an error that another attempt cannot mend', async () => {
  const onFailure = vi.fn();
  const isFinal = (error: unknown) => error instanceof Error && error.message === 'attempt 2';
  const { attemptedAt, result, advance } = failing({ isFinal, onFailure });
  await advance(100);
  await expect(result).rejects.toThrow('attempt 2');
  expect(attemptedAt).toHaveLength(2);
  expect(onFailure.mock.calls).toEqual([[expect.objectContaining({ message: 'attempt 1' }), 1]]);
});

it('ends a pause when the signal aborts, with the error of the last attempt', async () => {
  const { attemptedAt, result, stop, advance } = failing();
  await advance(0);
  stop.abort();
  await expect(result).rejects.toThrow('attempt 1');
  expect(attemptedAt).toHaveLength(1);
});

it('makes one last attempt after an abort for work that is to be finished', async () => {
  const lost = failing({ triesAfterAbort: true });
  await lost.advance(0);
  lost.stop.abort();
  await expect(lost.result).rejects.toThrow('attempt 2');

  const finished = failing({ triesAfterAbort: true });
  await finished.advance(0);
  finished.work.succeeds = true;
  finished.stop.abort();
  await expect(finished.result).resolves.toBe('done');
});

it('leaves no listener on a signal whose pause has passed', async () => {
  const { signal } = new AbortController();
  const removed = vi.spyOn(signal, 'removeEventListener');
  const clock = createManualClock();
  const passed = pause(clock, 10, signal);
  clock.advance(10);
  await passed;
  expect(removed).toHaveBeenCalledOnce();
});

it('logs the first failure and then every twelfth', () => {
  const logger = silentLogger();
  const error = vi.spyOn(logger, 'error');
  const onFailure = logNowAndThen(logger, 'Storing failed');
  for (let failures = 1; failures <= 25; failures += 1) onFailure(new Error('down'), failures);
  expect(error.mock.calls.map(([facts]) => facts)).toEqual(
    [0, 12, 24].map((attempt) => ({ error: 'Error: down', attempt })),
  );
});
