import type { Clock } from './ports/clock.ts';
import type { Logger } from './telemetry/logger.ts';

/** The pause after the first failure; each further one is twice as long, up to the longest. */
export interface RetryDelays {
  readonly firstMs: number;
  readonly longestMs: number;
}

export interface RetryOptions {
  readonly clock: Clock;
  /** Ends the attempts, and a pause at once. */
  readonly signal: AbortSignal;
  readonly delays?: RetryDelays;
  /** Accepts errors that another attempt cannot mend. Without it there are none. */
  readonly isFinal?: (error: unknown) => boolean;
  /** Called before each pause, for the log and the metrics. `failures` counts from 1. */
  readonly onFailure: (error: unknown, failures: number) => void;
  /** An abort during a pause is followed by one last attempt: what has been begun is finished if that is possible now. */
  readonly triesAfterAbort?: boolean;
}

const DELAYS: RetryDelays = { firstMs: 100, longestMs: 5_000 };
/** With the longest pause, this many failures take about a minute. */
const FAILURES_A_MINUTE = 12;

/**
 * Runs `work` until it succeeds. The first attempt is made even if `signal` has aborted.
 * @throws the error of the last attempt, when it is final or `signal` has aborted
 */
export async function retry<T>(work: () => Promise<T>, options: RetryOptions): Promise<T> {
  const { clock, signal, delays = DELAYS, isFinal, onFailure, triesAfterAbort = false } = options;
  for (let failures = 1; ; failures += 1) {
    try {
      return await work();
    } catch (error) {
      if (signal.aborted || isFinal?.(error)) throw error;
      onFailure(error, failures);
      await pause(clock, Math.min(delays.longestMs, delays.firstMs * 2 ** (failures - 1)), signal);
      // The last attempt, if there is one, ends here as well: its failure finds the signal aborted.
      if (signal.aborted && !triesAfterAbort) throw error;
    }
  }
}

/** The same pause after every failure. */
export function every(delayMs: number): RetryDelays {
  return { firstMs: delayMs, longestMs: delayMs };
}

/** Logs the first failure and then about one a minute, so that a long outage does not fill the disk. */
export function logNowAndThen(logger: Logger, sentence: string): RetryOptions['onFailure'] {
  return (error, failures) => {
    const attempt = failures - 1;
    if (attempt % FAILURES_A_MINUTE === 0) logger.error({ error: String(error), attempt }, sentence);
  };
}

/** Resolves after `delayMs`, or when `signal` aborts. */
export async function pause(clock: Clock, delayMs: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  const { promise, resolve } = Promise.withResolvers<void>();
  const end = () => resolve();
  using _timer = clock.after(delayMs, end);
  signal.addEventListener('abort', end, { once: true });
  await promise;
  // A signal lives as long as its process; its listeners must not add up.
  signal.removeEventListener('abort', end);
}
