import { type Taken, type Window, WINDOW_INSTANTS } from '../../ports/ephemeral-store.ts';

/** Takes that count together: all of them until the last one has left the window. */
interface Group {
  readonly firstAt: number;
  lastAt: number;
  n: number;
}

/**
 * One sliding window: what was taken in the last `windowMs`. Memory is bounded, whatever the limit: beyond 128 instants,
 * takes within a 128th of the window count from the last of them. So it may give a little late, and never one too many.
 */
export class SlidingWindow {
  #groups: Group[] = [];
  #used = 0;

  take({ limit, windowMs }: Window, cost: number, now: number): Taken {
    this.#forget(now - windowMs);
    const missing = this.#used + cost - limit;
    if (missing > 0)
      return {
        allowed: false,
        ...this.#left(limit, windowMs, now),
        retryAfterMs: this.#freeAt(missing) + windowMs - now,
      };
    if (cost > 0) this.#add(cost, now, windowMs);
    return { allowed: true, ...this.#left(limit, windowMs, now), retryAfterMs: 0 };
  }

  #forget(until: number): void {
    let gone = 0;
    for (const { lastAt, n } of this.#groups) {
      if (lastAt > until) break;
      this.#used -= n;
      gone += 1;
    }
    if (gone > 0) this.#groups.splice(0, gone);
  }

  #add(cost: number, now: number, windowMs: number): void {
    this.#used += cost;
    const last = this.#groups.at(-1);
    const isShared =
      last !== undefined &&
      (last.lastAt === now ||
        (this.#groups.length >= WINDOW_INSTANTS && now - last.firstAt < windowMs / WINDOW_INSTANTS));
    if (!isShared) {
      this.#groups.push({ firstAt: now, lastAt: now, n: cost });
      return;
    }
    last.lastAt = now;
    last.n += cost;
  }

  /** Instant of the take after which `missing` are free, ms: the oldest takes leave the window first. */
  #freeAt(missing: number): number {
    let freed = 0;
    for (const { lastAt, n } of this.#groups) {
      freed += n;
      if (freed >= missing) return lastAt;
    }
    return 0;
  }

  #left(limit: number, windowMs: number, now: number): { remaining: number; resetMs: number } {
    const last = this.#groups.at(-1);
    return { remaining: Math.max(0, limit - this.#used), resetMs: last ? last.lastAt + windowMs - now : 0 };
  }
}
