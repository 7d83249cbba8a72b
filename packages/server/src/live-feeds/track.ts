import type { FeedEntry } from '@ovation/protocol';

/** More than this is not filled but skipped with a gap: a snapshot is cheaper than the replay. */
const FILL_MAX_ENTRIES = 300;

/**
 * Where one followed feed stands. Copies come in any order, from several paths, repeated or not at all; entries go out
 * strictly by `seq`, each once (flows.md B3.3). Before `open` it only collects.
 */
export class FeedTrack {
  readonly feed: string;
  #epoch: string;
  /** since when the next entry has been missing although later ones are known; undefined when nothing is missing */
  gappedAt: number | undefined;
  #top: number | undefined;
  /** highest seq known to exist */
  #target = 0;
  readonly #pending = new Map<number, FeedEntry>();

  constructor(feed: string, epoch: string) {
    this.feed = feed;
    this.#epoch = epoch;
  }

  get epoch(): string {
    return this.#epoch;
  }

  get isOpen(): boolean {
    return this.#top !== undefined;
  }

  /** entries that wait for an earlier one */
  get waiting(): number {
    return this.#pending.size;
  }

  /** seq of the last entry that went out */
  get top(): number {
    return this.#top ?? 0;
  }

  /** The first and last seq that a fill has to bring. */
  get missing(): { feed: string; from: number; to: number } {
    return { feed: this.feed, from: this.top + 1, to: this.#target };
  }

  get isTooFarBehind(): boolean {
    return this.#target - this.top > FILL_MAX_ENTRIES;
  }

  /** The head is read: everything up to it belongs to the snapshot. */
  open(head: number): void {
    this.skipTo(head);
  }

  /** Another epoch has begun: nothing that is known is true in it. It collects again, until it is opened. */
  renew(epoch: string): void {
    this.#epoch = epoch;
    this.#top = undefined;
    this.#target = 0;
    this.gappedAt = undefined;
    this.#pending.clear();
  }

  /** Takes a copy, whatever path it came by. */
  offer(entry: FeedEntry): void {
    if (!this.#isOurs(entry) || entry.seq <= this.top) return;
    this.#target = Math.max(this.#target, entry.seq);
    // What does not fit is fetched again by the fill; the next one in order always fits.
    const hasRoom = this.#pending.size < FILL_MAX_ENTRIES;
    if (hasRoom || entry.seq === this.top + 1) this.#pending.set(entry.seq, entry);
  }

  /** The store says that entries up to `head` exist. */
  knows(head: number): void {
    this.#target = Math.max(this.#target, head);
  }

  /** What can go out now, in order. Notes when a gap begins: progress means that what is missing now is new. */
  take(now: number): FeedEntry[] {
    if (this.#top === undefined) return [];
    const ready: FeedEntry[] = [];
    for (let next = this.#pending.get(this.#top + 1); next; next = this.#pending.get(this.#top + 1)) {
      this.#pending.delete(next.seq);
      this.#top = next.seq;
      ready.push(next);
    }
    if (this.#top >= this.#target) this.gappedAt = undefined;
    else if (ready.length > 0) this.gappedAt = now;
    else this.gappedAt ??= now;
    return ready;
  }

  #isOurs({ epoch }: FeedEntry): boolean {
    return epoch === this.#epoch;
  }

  /** Takes what the store answered for everything up to `to`. False, and nothing taken, when entries are missing. */
  fill(to: number, entries: readonly FeedEntry[]): boolean {
    const found = new Map<number, FeedEntry>();
    for (const entry of entries) if (this.#isOurs(entry)) found.set(entry.seq, entry);
    for (let seq = this.top + 1; seq <= to; seq += 1) if (!found.has(seq) && !this.#pending.has(seq)) return false;
    for (const [seq, entry] of found) if (seq > this.top && !this.#pending.has(seq)) this.#pending.set(seq, entry);
    return true;
  }

  /**
   * Goes on after `head`. Entries up to `asked` that were known before the store was asked for its head, and lie above
   * it, do not exist there: waiting for them would never end.
   */
  skipTo(head: number, asked = head): void {
    this.#top = Math.max(this.top, head);
    const last = Math.max(this.#top, asked);
    for (const seq of this.#pending.keys()) if (seq <= last) this.#pending.delete(seq);
    if (this.#target <= last) this.#target = this.#top;
  }
}
