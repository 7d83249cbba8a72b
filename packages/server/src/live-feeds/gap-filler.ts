import type { FeedEntry } from '@ovation/protocol';
import type { Clock } from '../ports/clock.ts';
import type { Logger } from '../telemetry/logger.ts';
import type { Metrics } from '../telemetry/metrics.ts';
import type { FeedTrack } from './track.ts';

/** Reordering is not loss: this long a missing entry may still come by itself (flows.md row 14). */
const HOLD_BACK_MS = 250;
/** Gateways that missed the same entry must not ask in the same moment. */
const JITTER_MS = 100;
const RETRY_MS = 1_000;

/** The primary store of feeds, as far as a gateway needs it. */
export interface FeedReader {
  /** epoch of the primary now */
  readonly epoch: string;
  /** inclusive ranges of many feeds in one query */
  ranges(requests: readonly { feed: string; from: number; to: number }[]): Promise<FeedEntry[]>;
  /** heads and the newest `limit` entries of many feeds, ascending, in one query */
  read(
    feeds: readonly string[],
    limit: number,
  ): Promise<Map<string, { readonly epoch: string; readonly seq: number; readonly entries: readonly FeedEntry[] }>>;
  /** last seq of each feed; a feed that is missing has none yet */
  heads(feeds: readonly string[]): Promise<Map<string, number>>;
  /** Says that an entry exists, in the epoch of the primary, that the primary does not know: it may have gone back in time. */
  metUnknown(): void;
}

export interface GapFillerParts {
  readonly feeds: FeedReader;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: Metrics;
  /** the track may have entries to take now */
  filled(track: FeedTrack): void;
  /** entries are lost for this gateway; the track goes on at the head */
  skipped(track: FeedTrack): void;
  /** the primary is in another epoch than the track */
  renewed(epoch: string): void;
}

/** Asks the store for what is missing of all feeds at once, one query at a time per process. */
export class GapFiller implements Disposable {
  readonly #parts: GapFillerParts;
  readonly #gapped = new Set<FeedTrack>();
  #timer: Disposable | undefined;
  #dueAt = Number.POSITIVE_INFINITY;
  #isAsking = false;
  #isDisposed = false;

  constructor(parts: GapFillerParts) {
    this.#parts = parts;
  }

  /** The track misses entries. Cheap to say again. */
  notice(track: FeedTrack): void {
    this.#gapped.add(track);
    this.#arm(track.isTooFarBehind ? 0 : HOLD_BACK_MS);
  }

  forget(track: FeedTrack): void {
    this.#gapped.delete(track);
  }

  [Symbol.dispose](): void {
    this.#isDisposed = true;
    this.#timer?.[Symbol.dispose]();
  }

  #arm(delayMs: number): void {
    const { clock } = this.#parts;
    const dueAt = clock.now() + delayMs;
    if (this.#isDisposed || this.#isAsking || dueAt >= this.#dueAt) return;
    this.#timer?.[Symbol.dispose]();
    this.#dueAt = dueAt + Math.random() * JITTER_MS;
    this.#timer = clock.after(this.#dueAt - clock.now(), () => void this.#ask());
  }

  async #ask(): Promise<void> {
    this.#dueAt = Number.POSITIVE_INFINITY;
    this.#timer = undefined;
    const due = this.#due();
    this.#isAsking = true;
    let delayMs = HOLD_BACK_MS;
    try {
      await this.#fill(due);
    } catch (error) {
      this.#parts.metrics.errors.inc({ part: 'gateway' });
      this.#parts.logger.warn({ err: error, feeds: due.length }, 'missing feed entries cannot be read; trying again');
      delayMs = RETRY_MS;
    } finally {
      this.#isAsking = false;
    }
    if (this.#gapped.size > 0) this.#arm(delayMs);
  }

  #due(): FeedTrack[] {
    const until = this.#parts.clock.now() - HOLD_BACK_MS;
    const due: FeedTrack[] = [];
    for (const track of this.#gapped) {
      if (track.gappedAt === undefined) this.#gapped.delete(track);
      else if (track.gappedAt <= until || track.isTooFarBehind) due.push(track);
    }
    return due;
  }

  async #fill(due: readonly FeedTrack[]): Promise<void> {
    const { feeds } = this.#parts;
    const asked = due
      .filter((track) => !track.isTooFarBehind)
      .map((track) => ({ track, epoch: track.epoch, range: track.missing }));
    const answers = asked.length > 0 ? await feeds.ranges(asked.map(({ range }) => range)) : [];
    const byFeed = Map.groupBy(answers, ({ feed }) => feed);
    const lost = due.filter((track) => track.isTooFarBehind);
    for (const { track, epoch, range } of asked) {
      // What was asked for means nothing in another epoch.
      if (track.epoch !== epoch || !track.isOpen) continue;
      if (!track.fill(range.to, byFeed.get(track.feed) ?? [])) lost.push(track);
      else if (this.#gapped.has(track)) this.#settle(track);
    }
    if (lost.length > 0) await this.#skip(lost);
  }

  async #skip(lost: readonly FeedTrack[]): Promise<void> {
    const { feeds } = this.#parts;
    const asked = lost.map((track) => ({ track, epoch: track.epoch, to: track.missing.to }));
    const heads = await feeds.heads(lost.map(({ feed }) => feed));
    const epochNow = feeds.epoch;
    for (const { track, epoch, to } of asked) {
      if (!this.#gapped.has(track) || track.epoch !== epoch || !track.isOpen) continue;
      // Heads of another epoch say nothing about this one.
      if (epochNow === epoch) this.#skipOne(track, heads.get(track.feed) ?? 0, to);
      else this.#parts.renewed(epochNow);
    }
  }

  #skipOne(track: FeedTrack, head: number, to: number): void {
    this.#parts.logger.warn({ feed: track.feed, from: track.top, to: head }, 'feed entries are skipped');
    if (to > head) this.#parts.feeds.metUnknown();
    track.skipTo(head, to);
    this.#parts.skipped(track);
    this.#settle(track);
  }

  #settle(track: FeedTrack): void {
    this.#parts.filled(track);
    if (track.gappedAt === undefined) this.#gapped.delete(track);
  }
}
