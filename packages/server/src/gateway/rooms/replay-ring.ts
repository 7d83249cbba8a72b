import { RECENT_MAX_ENTRIES } from '../../live-feeds/recent-batch.ts';
import type { EncodedEvent } from './feed-event.ts';

/** Older entries are not worth their memory: a client that was away that long gets a snapshot. */
const RING_MS = 300_000;
const RING_BYTES = 262_144;
/** Also the longest replay. */
export const REPLAY_MAX_ENTRIES = RECENT_MAX_ENTRIES;

interface Kept extends EncodedEvent {
  readonly bytes: number;
  /** when it came into the ring, ms */
  readonly at: number;
}

/**
 * The newest ordered entries of one feed as the texts that went out, so that a replay is a join of what exists. Always
 * contiguous: its entries end at the position of the feed.
 */
export class ReplayRing {
  #entries: Kept[] = [];
  #bytes = 0;

  /** seq of the oldest entry; undefined when there is none */
  get first(): number | undefined {
    return this.#entries[0]?.seq;
  }

  push(event: EncodedEvent, now: number): void {
    const last = this.#entries.at(-1);
    if (last && last.seq + 1 !== event.seq) this.clear();
    const bytes = Buffer.byteLength(event.text);
    this.#entries.push({ ...event, bytes, at: now });
    this.#bytes += bytes;
    while (this.#entries.length > REPLAY_MAX_ENTRIES || (this.#bytes > RING_BYTES && this.#entries.length > 1)) {
      this.#dropFirst();
    }
  }

  /**
   * Puts older entries, ascending, in front. They must reach up to `top`, where the ring ends, or up to its first entry;
   * what is not contiguous with it is left out.
   */
  prepend(older: readonly EncodedEvent[], top: number, now: number): void {
    let before = this.first ?? top + 1;
    for (const event of older.toReversed()) {
      if (event.seq >= before) continue;
      if (event.seq !== before - 1 || this.#entries.length >= REPLAY_MAX_ENTRIES) return;
      before = event.seq;
      const bytes = Buffer.byteLength(event.text);
      this.#entries.unshift({ ...event, bytes, at: now });
      this.#bytes += bytes;
    }
  }

  /** The events after `seq` up to `top`, or undefined when not all of them are here. */
  after(seq: number, top: number): readonly EncodedEvent[] | undefined {
    if (seq === top) return [];
    const { first } = this;
    if (seq > top || first === undefined) return undefined;
    if (seq + 1 < first) return undefined;
    return this.#entries.slice(seq + 1 - first);
  }

  /** Says something else at the place of an entry, if it is here. */
  replace(event: EncodedEvent): void {
    const index = this.first === undefined ? -1 : event.seq - this.first;
    const before = this.#entries[index];
    if (!before) return;
    const bytes = Buffer.byteLength(event.text);
    this.#entries[index] = { ...event, bytes, at: before.at };
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
