import type { Bucket, Taken } from '../../ports/ephemeral-store.ts';

/**
 * One bucket of the generic cell rate algorithm: all that is kept is the instant at which it is full again. It is kept
 * in units of 1/rate ms, in which a token costs exactly `perMs`: no division, so no rounding ever adds up.
 */
export class CellRate {
  readonly rate: number;
  #fullAt = 0;

  constructor(rate: number) {
    this.rate = rate;
  }

  /** @param nowMs whole ms since the store was made: small enough for the units to stay exact */
  take({ burst, perMs }: Bucket, cost: number, nowMs: number): Taken {
    const now = nowMs * this.rate;
    const before = Math.max(this.#fullAt, now);
    const after = before + cost * perMs;
    const tooFar = after - burst * perMs - now;
    if (tooFar > 0)
      return {
        allowed: false,
        ...this.#left(before, now, { burst, perMs }),
        retryAfterMs: Math.ceil(tooFar / this.rate),
      };
    this.#fullAt = after;
    return { allowed: true, ...this.#left(after, now, { burst, perMs }), retryAfterMs: 0 };
  }

  #left(fullAt: number, now: number, { burst, perMs }: Pick<Bucket, 'burst' | 'perMs'>) {
    return {
      remaining: Math.max(0, Math.floor((burst * perMs - (fullAt - now)) / perMs)),
      resetMs: Math.ceil((fullAt - now) / this.rate),
    };
  }
}

/** @throws RangeError */
export function checkTake({ burst, perMs, rate }: Bucket, cost: number): void {
  for (const [name, value] of Object.entries({ burst, perMs, rate })) {
    if (!Number.isSafeInteger(value) || value < 1)
      throw new RangeError(`${name} must be a whole number above 0, not ${value}`);
  }
  if (!Number.isSafeInteger(cost) || cost < 0 || cost > burst) {
    throw new RangeError(`A bucket of ${burst} can never give ${cost}`);
  }
}
