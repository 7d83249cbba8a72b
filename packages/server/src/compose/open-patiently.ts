import type { Clock } from '../ports/clock.ts';
import { DatabaseFailure } from '../ports/database.ts';
import { EventLogError } from '../ports/event-log.ts';
import { every, retry } from '../retry.ts';
import type { Logger } from '../telemetry/logger.ts';

const PATIENCE_MS = 60_000;
const PAUSE_MS = 2_000;

/**
 * Opens an engine that may start at the same time as this process: tries again for a minute (S0-27).
 * @throws the last failure; one that another attempt cannot mend at once
 */
export async function openPatiently<T>(
  what: string,
  open: () => Promise<T>,
  { clock, logger }: { readonly clock: Clock; readonly logger: Logger },
): Promise<T> {
  const tooLate = new AbortController();
  using _limit = clock.after(PATIENCE_MS, () => tooLate.abort());
  // The timers of the clock keep no process alive, and nothing else is open yet.
  const alive = setInterval(() => undefined, PAUSE_MS);
  using _alive = { [Symbol.dispose]: () => clearInterval(alive) };
  return await retry(open, {
    clock,
    signal: tooLate.signal,
    delays: every(PAUSE_MS),
    isFinal: (error) => !mayMend(error),
    onFailure: (error, failures) => {
      const reason = error instanceof Error ? error.message : String(error);
      if (failures === 1) logger.warn({ reason }, `${what} is not there yet; it is tried again for a minute`);
    },
  });
}

/** Whether an engine that is only starting fails like this. */
function mayMend(error: unknown): boolean {
  if (error instanceof EventLogError) return error.retryable && !error.lasts;
  return error instanceof DatabaseFailure && error.isAway;
}
