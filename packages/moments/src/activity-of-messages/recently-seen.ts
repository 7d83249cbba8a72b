/**
 * The keys that came within the last `spanS` seconds. Cheaper than counting: one entry for each key, and one sweep in a
 * span.
 */
export class RecentlySeen {
  readonly #spanS: number;
  readonly #lastAt = new Map<string, number>();
  #sweepAt: number | undefined;

  constructor(spanS: number) {
    this.#spanS = spanS;
  }

  /** Notes the key. @param at seconds, nearly ascending @returns whether the key had not come within the span */
  isNew(key: string, at: number): boolean {
    this.#sweep(at);
    const last = this.#lastAt.get(key);
    this.#lastAt.set(key, at);
    return last === undefined || last < at - this.#spanS;
  }

  #sweep(at: number): void {
    if (this.#sweepAt === undefined) this.#sweepAt = at + this.#spanS;
    if (at < this.#sweepAt) return;
    this.#sweepAt = at + this.#spanS;
    for (const [key, last] of this.#lastAt) if (last < at - this.#spanS) this.#lastAt.delete(key);
  }
}
