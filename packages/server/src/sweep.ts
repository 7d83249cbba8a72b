import { DisposalStack } from './host/closing-stack.ts';
import type { Clock } from './ports/clock.ts';
import type { Logger } from './telemetry/logger.ts';

const EVERY_MS = 3_600_000;
/** A process that never lives an hour sweeps too, and a start has other things to do. */
const FIRST_AFTER_MS = 300_000;

/** One process at a time has it. */
interface HeldLease {
  /** True when this process has it, for some seconds from now. */
  hold(): Promise<boolean>;
  release(): Promise<void>;
}

export interface SweepParts {
  /** what is removed, as the log says it */
  readonly what: string;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly lease: HeldLease;
  /** Removes a few rows: other statements wait behind it. @returns how many; a pass ends with 0 */
  readonly step: () => Promise<number>;
}

/** Removes what is too old, every hour, a few rows at a time. */
export class Sweep implements AsyncDisposable {
  readonly #parts: SweepParts;
  readonly #timers = new DisposalStack();
  #pass: Promise<void> | undefined;
  #isStopped = false;

  constructor(parts: SweepParts) {
    this.#parts = parts;
  }

  start(): this {
    const { clock } = this.#parts;
    this.#timers.use(clock.after(FIRST_AFTER_MS, () => this.#begin()));
    this.#timers.use(clock.every(EVERY_MS, () => this.#begin()));
    return this;
  }

  /** One pass. @returns how many rows were removed */
  async sweep(): Promise<number> {
    const { lease, step } = this.#parts;
    let removed = 0;
    while (!this.#isStopped && (await lease.hold())) {
      const some = await step();
      if (some === 0) break;
      removed += some;
    }
    return removed;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isStopped = true;
    this.#timers.dispose();
    await this.#pass;
    // The database may be gone already; the lease then runs out by itself.
    await this.#parts.lease.release().catch(() => {});
  }

  #begin(): void {
    this.#pass ??= this.#run().finally(() => {
      this.#pass = undefined;
    });
  }

  async #run(): Promise<void> {
    const { logger, what } = this.#parts;
    try {
      const removed = await this.sweep();
      if (removed > 0) logger.info({ removed }, `Old ${what} were removed`);
    } catch (error) {
      logger.warn({ err: error }, `Old ${what} could not be removed; trying again in an hour`);
    }
  }
}
