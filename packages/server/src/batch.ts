/**
 * Collects keys and asks for all of them at once, one question at a time: while one is under way, the keys that come wait for
 * the next. So a crowd costs as many questions as fit one after the other, and a key waits for two of them at most.
 */
export class Batch<V> {
  readonly #ask: (keys: readonly string[]) => Promise<(key: string) => V>;
  #waiting = new Map<string, PromiseWithResolvers<V>>();
  #isAsking = false;

  /** @param ask answers how to find the value of each key */
  constructor(ask: (keys: readonly string[]) => Promise<(key: string) => V>) {
    this.#ask = ask;
  }

  /** @throws what the question throws */
  get(key: string): Promise<V> {
    const waiting = this.#waiting.get(key) ?? Promise.withResolvers<V>();
    this.#waiting.set(key, waiting);
    // Keys of the same turn go together.
    if (!this.#isAsking) {
      this.#isAsking = true;
      setImmediate(() => void this.#askAll());
    }
    return waiting.promise;
  }

  async #askAll(): Promise<void> {
    while (this.#waiting.size > 0) {
      const asked = this.#waiting;
      this.#waiting = new Map();
      try {
        const valueOf = await this.#ask([...asked.keys()]);
        for (const [key, { resolve }] of asked) resolve(valueOf(key));
      } catch (error) {
        for (const { reject } of asked.values()) reject(error);
      }
    }
    this.#isAsking = false;
  }
}
