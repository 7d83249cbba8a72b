import type { Clock } from '../ports/clock.ts';
import type { Logger } from '../telemetry/logger.ts';

const FIRST_DELAY_MS = 100;
const LONGEST_DELAY_MS = 5_000;

/**
 * Runs `work` until it succeeds. So a dependency that is down pauses a partition and loses no records. Gives up when
 * `isFinal` accepts the error or `signal` aborts.
 */
export async function keepTrying<T>(
  work: () => Promise<T>,
  parts: { clock: Clock; logger: Logger; signal: AbortSignal; what: string; isFinal: (error: unknown) => boolean },
): Promise<T> {
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await work();
    } catch (error) {
      if (parts.isFinal(error) || parts.signal.aborted) throw error;
      // Logs the first failure and then about one a minute, so that a long outage does not fill the disk.
      if (attempt === 0 || attempt % 12 === 0)
        parts.logger.error({ error: String(error), attempt }, `${parts.what} failed`);
      await pause(Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** attempt), parts);
    }
  }
}

async function pause(delayMs: number, { clock, signal }: { clock: Clock; signal: AbortSignal }): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const timer = clock.after(delayMs, resolve);
  signal.addEventListener('abort', () => resolve(), { once: true });
  await promise;
  timer[Symbol.dispose]();
}
