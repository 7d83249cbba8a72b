/** 5 Hz */
export const TICK_MS = 200;
const SLOWEST_MS = 1_000;
/** How long the process is watched before the rate is judged again. */
const LOOK_MS = 2_000;
const BUSY_DELAY_MS = 50;
const BUSY_LATE_SHARE = 0.05;
/** Fewer are their own trouble: one slow viewer of ten must not slow down the other nine. */
const BUSY_LATE = 20;
/** Calm is below busy, and above what a tick to ten thousand takes of a turn: between the two the rate stays. */
const CALM_DELAY_MS = 40;
const CALM_LATE_SHARE = 0.025;
/** How much faster it gets after a calm look. */
const RECOVERY = 0.8;

export interface TickLoad {
  /** open connections, and those that have more than the soft limit waiting */
  readonly connections: number;
  readonly late: number;
}

export interface TickRateParts {
  /** p99 of the event loop's delay since the last call, ms */
  readonly loopDelayMs: () => number;
  readonly changed: (periodMs: number) => void;
}

/**
 * How often rooms tick (gateway.md 3.3): halved when the process does not keep up, or too many of its peers, down to
 * 1 Hz; restored slowly. Every tick costs a write per connection, so half the rate is half the load.
 */
export class TickRate {
  readonly #parts: TickRateParts;
  #periodMs = TICK_MS;
  #lookedAt: number;

  constructor(parts: TickRateParts, now: number) {
    this.#parts = parts;
    this.#lookedAt = now;
  }

  /** ms between two ticks of a room */
  get periodMs(): number {
    return this.#periodMs;
  }

  /** Called by the sweep. */
  sweep(now: number, { connections, late }: TickLoad): void {
    if (now - this.#lookedAt < LOOK_MS) return;
    this.#lookedAt = now;
    const delayMs = this.#parts.loopDelayMs();
    const lateShare = connections === 0 ? 0 : late / connections;
    const areManyLate = late >= BUSY_LATE && lateShare > BUSY_LATE_SHARE;
    if (delayMs > BUSY_DELAY_MS || areManyLate) this.#set(Math.min(SLOWEST_MS, 2 * this.#periodMs));
    else if (delayMs <= CALM_DELAY_MS && lateShare <= CALM_LATE_SHARE) {
      this.#set(Math.max(TICK_MS, Math.round(RECOVERY * this.#periodMs)));
    }
  }

  #set(periodMs: number): void {
    if (periodMs === this.#periodMs) return;
    this.#periodMs = periodMs;
    this.#parts.changed(periodMs);
  }
}
