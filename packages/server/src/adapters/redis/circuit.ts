import type { Clock } from '../../ports/clock.ts';
import { RedisAway } from './failures.ts';
import type { RedisHealth } from './health.ts';
import { NoAnswer, within } from './within.ts';

/** How long a call may wait. A healthy Redis answers in less than a millisecond. */
export const CALL_LIMIT_MS = 100;
const PROBE_EVERY_MS = 250;
/** A connection that is silent for longer is made anew: its other end may be gone without a word. */
const SILENT_MAX_MS = 3_000;
/** Calls without an answer. More than these are not worth waiting for. */
const IN_FLIGHT_MAX = 10_000;

export interface CircuitParts {
  /** of the connection, in health and errors */
  readonly name: string;
  readonly clock: Clock;
  readonly callLimitMs: number;
  readonly health: RedisHealth;
  /** Asks for a sign of life. */
  readonly probe: () => Promise<unknown>;
  /** Closes the connection and makes another one. */
  readonly renew: () => void;
}

/**
 * Calls over one connection. When one gets no answer, the others are refused at once until a probe is answered: no request
 * waits for a frozen Redis, and nothing is collected for it.
 */
export class Circuit implements Disposable {
  readonly #parts: CircuitParts;
  #inFlight = 0;
  #silentSince: number | undefined;
  #timer: Disposable | undefined;
  #isDisposed = false;

  constructor(parts: CircuitParts) {
    this.#parts = parts;
  }

  /** @throws RedisAway at once or within the limit, and whatever `work` throws */
  async run<T>(work: () => Promise<T>): Promise<T> {
    const { callLimitMs, clock, health, name } = this.#parts;
    if (this.#silentSince !== undefined) throw new RedisAway('Redis does not answer');
    if (this.#inFlight >= IN_FLIGHT_MAX) throw new RedisAway(`Redis has not answered ${IN_FLIGHT_MAX} calls yet`);
    this.#inFlight += 1;
    try {
      const result = await within(clock, callLimitMs, work());
      health.works(name);
      return result;
    } catch (error) {
      if (error instanceof NoAnswer) this.#open(error);
      throw error;
    } finally {
      this.#inFlight -= 1;
    }
  }

  /** There is a new connection, or the old one has answered. */
  close(): void {
    this.#timer?.[Symbol.dispose]();
    this.#timer = undefined;
    this.#silentSince = undefined;
    this.#parts.health.works(this.#parts.name);
  }

  [Symbol.dispose](): void {
    this.#isDisposed = true;
    this.#timer?.[Symbol.dispose]();
  }

  #open(error: NoAnswer): void {
    if (this.#silentSince !== undefined || this.#isDisposed) return;
    this.#silentSince = this.#parts.clock.elapsed();
    this.#parts.health.fails(this.#parts.name, error);
    void this.#probe();
  }

  async #probe(): Promise<void> {
    const { clock, probe, renew } = this.#parts;
    try {
      await within(clock, PROBE_EVERY_MS, probe());
      if (!this.#isDisposed) this.close();
    } catch {
      if (this.#isDisposed || this.#silentSince === undefined) return;
      if (clock.elapsed() - this.#silentSince > SILENT_MAX_MS) {
        this.#silentSince = clock.elapsed();
        renew();
      }
      this.#timer = clock.after(PROBE_EVERY_MS, () => void this.#probe());
    }
  }
}
