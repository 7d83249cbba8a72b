import type { Clock } from '../../ports/clock.ts';

/** Node fires a timer at once when its delay does not fit 31 bits. */
const LONGEST_DELAY_MS = 0x7fff_ffff;

/** A machine and its own clock differ by less than this without a step. */
const STEP_MS = 50;
/** A step forth is followed when it has held so long: one that is taken back at once would leave us ahead for its length. */
const CONFIRMED_AFTER_MS = 2_000;

/** Where time comes from; a test brings its own. */
export interface TimeSource {
  /** ms since 1970; may step */
  wall(): number;
  /** ms since whenever; never steps, and stands still while the machine sleeps */
  monotonic(): number;
}

const MACHINE: TimeSource = { wall: () => Date.now(), monotonic: () => performance.now() };

/**
 * The wall clock plus monotonic time. A wall clock that is set forth, or that went on while the machine slept, is
 * followed; one that is set back is not. Raised above itself it goes on from there, for a clock that stood still would
 * close no window.
 */
export function createSystemClock(source: TimeSource = MACHINE): Clock {
  let originMs = source.wall() - source.monotonic();
  let behindSince: number | undefined;
  const now = () => {
    const monotonic = source.monotonic();
    const missingMs = source.wall() - originMs - monotonic;
    if (missingMs <= STEP_MS) behindSince = undefined;
    else if (behindSince === undefined) behindSince = monotonic;
    else if (monotonic - behindSince >= CONFIRMED_AFTER_MS) {
      originMs += missingMs;
      behindSince = undefined;
    }
    return Math.floor(originMs + monotonic);
  };
  return {
    now,
    wall: () => source.wall(),
    elapsed: () => Math.floor(source.monotonic()),
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
