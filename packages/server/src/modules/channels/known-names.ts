import { Batch } from '../../batch.ts';

/** Which channels exist. A name that was seen stays known; invented ones are asked for together. */
export class KnownNames {
  readonly #known = new Set<string>();
  readonly #batch: Batch<boolean>;

  /** @param ask answers those of the names that exist */
  constructor(ask: (names: readonly string[]) => Promise<readonly string[]>) {
    this.#batch = new Batch(async (names) => {
      const found = new Set(await ask(names));
      for (const name of found) this.#known.add(name);
      return (name) => found.has(name);
    });
  }

  add(name: string): void {
    this.#known.add(name);
  }

  forget(name: string): void {
    this.#known.delete(name);
  }

  /** @throws what the database throws */
  async exists(name: string): Promise<boolean> {
    // A channel may have been made by this process while the question was under way.
    return this.#known.has(name) || (await this.#batch.get(name)) || this.#known.has(name);
  }
}
