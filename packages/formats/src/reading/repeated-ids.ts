import { FingerprintSet, fingerprintOf } from './fingerprint-set.ts';

/** So many ids are remembered at least. A log repeats a message within a page or an overlap of two parts, not hours later. */
const IDS_MAX = 50_000;

/** Knows the ids that were seen last. Memory does not grow with the file. */
export class RepeatedIds {
  /** the newest ids, and those before them; to drop the oldest id of one set again and again would be slow */
  #newest = new FingerprintSet();
  #older = new FingerprintSet();

  /** Whether this id was seen before; from now on it was. */
  has(id: string): boolean {
    if (this.#newest.size >= IDS_MAX) {
      this.#older = this.#newest;
      this.#newest = new FingerprintSet();
    }
    const print = fingerprintOf(id);
    return !this.#newest.add(print) || this.#older.has(print);
  }
}
