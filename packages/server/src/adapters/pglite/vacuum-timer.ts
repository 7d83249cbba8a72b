import type { Clock } from '../../ports/clock.ts';
import type { Logger } from '../../telemetry/logger.ts';
import type { ThreadLink } from './thread/thread-link.ts';

const EVERY_MS = 10_000;
/** A database that is never at rest is vacuumed all the same: by then its dead rows cost more than the wait. */
const PATIENCE = 30;

export interface VacuumParts {
  readonly link: ThreadLink;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Vacuums the table that needs it most, one at a time, while no statement waits for the database. */
export class VacuumTimer implements AsyncDisposable {
  readonly #parts: VacuumParts;
  readonly #timer: Disposable;
  #running: Promise<void> | undefined;
  #skipped = 0;

  constructor(parts: VacuumParts) {
    this.#parts = parts;
    this.#timer = parts.clock.every(EVERY_MS, () => this.#begin());
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#timer[Symbol.dispose]();
    await this.#running;
  }

  #begin(): void {
    this.#skipped += 1;
    if (this.#parts.link.isBusy && this.#skipped <= PATIENCE) return;
    this.#skipped = 0;
    this.#running ??= this.#run().finally(() => {
      this.#running = undefined;
    });
  }

  async #run(): Promise<void> {
    const { link, logger } = this.#parts;
    try {
      const done = await link.request({ kind: 'vacuum' });
      if (done === null) return;
      const { isPostponed, ...what } = done;
      if (isPostponed) logger.warn(what, 'A table takes long to vacuum; it is tried again in ten minutes');
      else logger.debug(what, 'Vacuumed');
    } catch (error) {
      // A thread that died has said so already.
      if (!link.isDead) logger.warn({ err: error }, 'A table could not be vacuumed');
    }
  }
}
