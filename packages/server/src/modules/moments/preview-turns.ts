import { ERRORS } from '@ovation/protocol';
import { Problem } from '../../problem.ts';

/** Previews that wait for the one that is being made. */
const WAITING_MAX = 8;
const RETRY_AFTER_S = 2;
const BUSY = 'Too many previews are being made; try again shortly';

/**
 * One preview after the other: each reads up to an hour of the log, and sixteen at once kept all other requests waiting
 * for ten seconds.
 */
export class PreviewTurns {
  #last: Promise<unknown> = Promise.resolve();
  #waiting = 0;

  /** @throws Problem `too_many_requests` when too many wait, and what the work throws */
  async run<T>(work: () => Promise<T>): Promise<T> {
    if (this.#waiting >= WAITING_MAX) throw new Problem(ERRORS.tooMany, BUSY, { retryAfterS: RETRY_AFTER_S });
    this.#waiting += 1;
    const before = this.#last;
    const turn = (async () => {
      await before;
      this.#waiting -= 1;
      return work();
    })();
    // The next one comes whether or not this one fails.
    this.#last = turn.catch(() => undefined);
    return turn;
  }
}
