/** Ids that came lately: at least the last `kept`, at most twice as many. */
export class RecentIds {
  readonly #kept: number;
  #young = new Set<string>();
  #old = new Set<string>();

  constructor(kept: number) {
    this.#kept = kept;
  }

  /** Whether the id did not come lately; remembers it. */
  isNew(id: string): boolean {
    if (this.#young.has(id) || this.#old.has(id)) return false;
    if (this.#young.size >= this.#kept) {
      this.#old = this.#young;
      this.#young = new Set();
    }
    this.#young.add(id);
    return true;
  }
}
