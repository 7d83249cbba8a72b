import { RECENT_MAX_ENTRIES } from '../../live-feeds/recent-batch.ts';
/** Older than this is not worth memory: whoever was away that long needs a snapshot anyway. */
const RING_MS = 300_000;
const RING_BYTES = 262_144;
/** Also the longest replay. */
export const REPLAY_MAX_ENTRIES = RECENT_MAX_ENTRIES;

interface Encoded {
  readonly seq: number;
  readonly text: string;
  readonly bytes: number;
  /** when it came into the ring, ms */
  readonly at: number;
}

/**
 * The newest ordered entries of one feed as the texts that went out, so that a replay is a join of what exists. Always
 * contiguous: its entries end at the position of the feed.
 */
export class ReplayRing {
  #entries: Encoded[] = [];
  #bytes = 0;

  /** seq of the oldest entry; undefined when there is none */
  get first(): number | undefined {
    return this.#entries[0]?.seq;
  }

  push(seq: number, text: string, now: number): void {
    const last = this.#entries.at(-1);
    if (last && last.seq + 1 !== seq) this.clear();
    const entry = { seq, text, bytes: Buffer.byteLength(text), at: now };
    this.#entries.push(entry);
    this.#bytes += entry.bytes;
    while (this.#entries.length > REPLAY_MAX_ENTRIES || (this.#bytes > RING_BYTES && this.#entries.length > 1)) {
      this.#dropFirst();
    }
  }

  /**
   * Puts older entries, ascending, in front. They must reach up to `top`, where the ring ends, or up to its first entry;
   * what is not contiguous with it is left out.
   */
  prepend(older: readonly { readonly seq: number; readonly text: string }[], top: number, now: number): void {
    let before = this.first ?? top + 1;
    for (const { seq, text } of older.toReversed()) {
      if (seq >= before) continue;
      if (seq !== before - 1 || this.#entries.length >= REPLAY_MAX_ENTRIES) return;
      before = seq;
      const bytes = Buffer.byteLength(text);
      this.#entries.unshift({ seq, text, bytes, at: now });
      this.#bytes += bytes;
    }
  }

  /** The texts after `seq` up to `top`, or undefined when not all of them are here. */
  after(seq: number, top: number): readonly string[] | undefined {
    if (seq === top) return [];
    const { first } = this;
    if (seq > top || first === undefined) return undefined;
    if (seq + 1 < first) return undefined;
    return this.#entries.slice(seq + 1 - first).map(({ text }) => text);
  }

  /** Says something else at the place of an entry, if it is here. */
  replace(seq: number, text: string): void {
    const index = this.first === undefined ? -1 : seq - this.first;
    const before = this.#entries[index];
    if (!before) return;
    const bytes = Buffer.byteLength(text);
    this.#entries[index] = { ...before, text, bytes };
    this.#bytes += bytes - before.bytes;
  }

  /** When the entry came in, ms; undefined when it is not here. */
  cameAt(seq: number): number | undefined {
    return this.first === undefined ? undefined : this.#entries[seq - this.first]?.at;
  }

  sweep(now: number): void {
    for (let oldest = this.#entries[0]; oldest && now - oldest.at > RING_MS; oldest = this.#entries[0]) {
      this.#dropFirst();
    }
  }

  clear(): void {
    this.#entries = [];
    this.#bytes = 0;
  }

  #dropFirst(): void {
    this.#bytes -= this.#entries.shift()?.bytes ?? 0;
  }
}
