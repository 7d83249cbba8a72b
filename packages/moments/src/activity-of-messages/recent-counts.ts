const FIRST_CAPACITY = 1_024;

/**
 * Counts how often each key came in the last `spanS` seconds. Memory depends on the keys of that span, and not on the
 * length of the broadcast.
 */
export class RecentCounts {
  readonly #spanS: number;
  readonly #counts = new Map<string, number>();
  /** ring of the keys inside the span, oldest first */
  #keys: string[] = Array.from({ length: FIRST_CAPACITY }, () => '');
  #times = new Float64Array(FIRST_CAPACITY);
  #first = 0;
  #size = 0;

  constructor(spanS: number) {
    this.#spanS = spanS;
  }

  /** Counts the key. @param at seconds, ascending @returns how often the key had come before within the span */
  add(key: string, at: number): number {
    this.#forget(at - this.#spanS);
    const before = this.#counts.get(key) ?? 0;
    this.#counts.set(key, before + 1);
    if (this.#size === this.#keys.length) this.#grow();
    const place = (this.#first + this.#size) % this.#keys.length;
    this.#keys[place] = key;
    this.#times[place] = at;
    this.#size += 1;
    return before;
  }

  #forget(until: number): void {
    while (this.#size > 0 && (this.#times[this.#first] ?? 0) < until) {
      const key = this.#keys[this.#first] ?? '';
      const left = (this.#counts.get(key) ?? 0) - 1;
      if (left > 0) this.#counts.set(key, left);
      else this.#counts.delete(key);
      this.#keys[this.#first] = '';
      this.#first = (this.#first + 1) % this.#keys.length;
      this.#size -= 1;
    }
  }

  #grow(): void {
    const length = this.#keys.length;
    const keys = Array.from({ length: 2 * length }, () => '');
    const times = new Float64Array(2 * length);
    for (let index = 0; index < length; index += 1) {
      const place = (this.#first + index) % length;
      keys[index] = this.#keys[place] ?? '';
      times[index] = this.#times[place] ?? 0;
    }
    this.#keys = keys;
    this.#times = times;
    this.#first = 0;
  }
}
