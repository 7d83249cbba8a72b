import type { Clock } from '../../ports/clock.ts';

/** Node fires a timer at once when its delay does not fit 31 bits. */
const LONGEST_DELAY_MS = 0x7fff_ffff;

/**
 * The wall clock at start plus monotonic time: a wall clock that is set back or forth while we run does not move it.
 * Raised above itself it goes on from there, for a clock that stood still would close no window.
 */
export function createSystemClock(): Clock {
  let originMs = Date.now() - performance.now();
  const now = () => Math.floor(originMs + performance.now());
  return {
    now,
    raiseTo: (atMs) => {
      const missingMs = Math.ceil(atMs) - now();
      if (missingMs > 0) originMs += missingMs;
    },
    after: (delayMs, task) => {
      if (delayMs > LONGEST_DELAY_MS) throw new RangeError(`A delay of ${delayMs} ms is longer than a timer can wait`);
      const timer = setTimeout(task, Math.max(0, delayMs)).unref();
      return { [Symbol.dispose]: () => clearTimeout(timer) };
    },
    every: (periodMs, task) => {
      if (!(periodMs > 0 && periodMs <= LONGEST_DELAY_MS)) {
        throw new RangeError(`A period must be above 0 and at most ${LONGEST_DELAY_MS} ms, not ${periodMs}`);
      }
      const timer = setInterval(task, periodMs).unref();
      return { [Symbol.dispose]: () => clearInterval(timer) };
    },
  };
}
