import type { Clock } from '../../ports/clock.ts';

/**
 * Keeps answers for a moment, and lets callers who ask for the same thing at once share one query: a thousand
 * viewers that come back together ask the database once. Answers are at most `forMs` old, whatever other processes do.
 */
export class ShortMemory<V> {
  readonly #clock: Clock;
  readonly #forMs: number;
  readonly #maxEntries: number;
  readonly #entries = new Map<string, { value: Promise<V>; askedAt: number }>();

  constructor(parts: { clock: Clock; forMs: number; maxEntries: number }) {
    this.#clock = parts.clock;
    this.#forMs = parts.forMs;
    this.#maxEntries = parts.maxEntries;
  }

  get(key: string, ask: () => Promise<V>): Promise<V> {
    const now = this.#clock.now();
    const known = this.#entries.get(key);
    if (known && now - known.askedAt < this.#forMs) return known.value;
    // Emptied as a whole when full: the entries live half a second anyway.
    if (this.#entries.size >= this.#maxEntries) this.#entries.clear();
    const entry = { value: ask(), askedAt: now };
    this.#entries.set(key, entry);
    entry.value.catch(() => {
      if (this.#entries.get(key) === entry) this.#entries.delete(key);
    });
    return entry.value;
  }

  /** After a write of this process: later callers ask the database, also while an older query is still under way. */
  forget(key: string): void {
    this.#entries.delete(key);
  }
}
