/** So many ids are remembered at least. A log repeats a message within a page or an overlap of two parts, not hours later. */
const IDS_MAX = 50_000;

/** Knows the ids that were seen last. Memory does not grow with the file. */
export class RepeatedIds {
  /** the newest ids, and those before them; to drop the oldest id of one set again and again would be slow */
  #newest = new Set<string>();
  #older = new Set<string>();

  /** Whether this id was seen before; from now on it was. */
  has(id: string): boolean {
    if (this.#newest.size >= IDS_MAX) {
      this.#older = this.#newest;
      this.#newest = new Set();
    }
    const { size } = this.#newest;
    // One look-up less for each message than to ask first.
    this.#newest.add(id);
    return this.#newest.size === size || this.#older.has(id);
  }
}
