/** Up to here every millisecond has a place of its own; longer ones share the last. */
const LONGEST_MS = 60_000;

export interface LatencySummary {
  count: number;
  p50: number;
  p99: number;
  worst: number;
}

/** Latencies in whole ms. Memory does not grow with them. */
export class Latencies {
  readonly #counts = new Uint32Array(LONGEST_MS + 1);
  #count = 0;
  #worst = 0;

  add(ms: number): void {
    const place = Math.min(LONGEST_MS, Math.max(0, Math.round(ms)));
    this.#counts[place] = (this.#counts[place] ?? 0) + 1;
    this.#count += 1;
    if (place > this.#worst) this.#worst = place;
  }

  /** What was added since the last call. */
  take(): LatencySummary {
    const summary = { count: this.#count, p50: this.#at(0.5), p99: this.#at(0.99), worst: this.#worst };
    this.#counts.fill(0);
    this.#count = 0;
    this.#worst = 0;
    return summary;
  }

  #at(share: number): number {
    let left = Math.ceil(this.#count * share);
    for (let ms = 0; ms <= this.#worst; ms += 1) {
      left -= this.#counts[ms] ?? 0;
      if (left <= 0) return ms;
    }
    return this.#worst;
  }
}
