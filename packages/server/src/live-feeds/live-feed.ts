import {
  CONTROL_FEED,
  controlEventSchema,
  feedEntrySchema,
  feedSubject,
  type FeedEntry,
  type FeedPosition,
} from '@ovation/protocol';
import type { Clock } from '../ports/clock.ts';
import type { EventLog } from '../ports/event-log.ts';
import type { LiveBus } from '../ports/live-bus.ts';
import type { Logger } from '../telemetry/logger.ts';
import type { Metrics } from '../telemetry/metrics.ts';
import { FeedLogReader } from './log-reader.ts';
import { FeedTrack } from './track.ts';
import { GapFiller, type FeedReader } from './gap-filler.ts';
import type { Batch } from '../batch.ts';
import { type RecentEntries, recentBatch } from './recent-batch.ts';

const POLL_MS = 2_000;
const HEADS_PER_QUERY = 1_000;
const RETRY_MS = 1_000;

export interface FeedListener {
  /** The newest entries up to the position at which following begins, ascending. Called once, before the others. */
  recent?(entries: readonly FeedEntry[]): void;
  /** Entries in order: the first one's seq follows the last one that was delivered. */
  entries(entries: readonly FeedEntry[]): void;
  /** Entries are skipped; the position is the new one. Read the state again. */
  gap(): void;
  /** Another epoch has begun: there is no position until `gap` says that there is one. */
  lost(): void;
}

export interface Following extends Disposable {
  /** seq of the last entry that was delivered, or of the head when following began */
  readonly position: FeedPosition;
  /**
   * Asks the primary store once: entries that are newer than the position are delivered before this resolves with the
   * newest entries of the store, ascending.
   * @throws what the store throws
   */
  readAgain(): Promise<readonly FeedEntry[]>;
}

export interface LiveFeedsParts {
  readonly bus: LiveBus;
  readonly eventLog: EventLog;
  readonly feeds: FeedReader;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: Metrics;
}

interface Followed {
  readonly track: FeedTrack;
  readonly listener: FeedListener;
}

/**
 * Ordered feeds as this process hears them: copies from the bus and from the event log, first copy wins, delivered
 * strictly by seq, gaps filled from the store (flows.md B3.3-5, B4.1).
 */
export class LiveFeeds implements AsyncDisposable {
  readonly #parts: LiveFeedsParts;
  readonly #followed = new Map<string, Followed>();
  readonly #reader: FeedLogReader;
  readonly #filler: GapFiller;
  readonly #store: Batch<RecentEntries>;
  readonly #poll: Disposable;
  #isPolling = false;
  #isDisposed = false;
  #epoch: string;
  /** epochs that have ended: late news of them are none */
  readonly #past = new Set<string>();

  constructor(parts: LiveFeedsParts) {
    this.#parts = parts;
    this.#epoch = parts.feeds.epoch;
    this.#reader = new FeedLogReader({ ...parts, received: (entry) => this.#receive(entry) });
    this.#store = recentBatch(parts.feeds);
    this.#filler = new GapFiller({
      ...parts,
      filled: (track) => this.#deliver(track),
      skipped: (track) => this.#followed.get(track.feed)?.listener.gap(),
      renewed: (epoch) => this.#renew(epoch, null),
    });
    this.#poll = parts.clock.every(POLL_MS, () => void this.#askHeads());
  }

  /**
   * Resolves when the position is known and every later entry will be delivered. A feed is followed once at a time.
   * @throws whatever the store or the bus throws; nothing is followed then
   */
  async follow(feed: string, listener: FeedListener): Promise<Following> {
    if (this.#followed.has(feed)) throw new Error(`${feed} is followed already`);
    const track = new FeedTrack(feed, this.#epoch);
    const followed = { track, listener };
    this.#followed.set(feed, followed);
    let subscription: Disposable | undefined;
    const stop = () => {
      subscription?.[Symbol.dispose]();
      this.#reader.unfollow(feed);
      this.#filler.forget(track);
      if (this.#followed.get(feed) === followed) this.#followed.delete(feed);
    };
    try {
      subscription = await this.#parts.bus.subscribe(feedSubject(feed), (message) => this.#hear(message));
      await this.#reader.follow(feed);
      // Only now: whatever is appended after this read reaches us by bus or log and waits in the track.
      const entries = await this.#openTrack(track);
      listener.recent?.(entries);
    } catch (error) {
      stop();
      throw error;
    }
    this.#deliver(track);
    return {
      get position() {
        return { e: track.epoch, o: track.top };
      },
      readAgain: () => this.#readAgain(track),
      [Symbol.dispose]: stop,
    };
  }

  /** Entries `from` to `to` of a feed, both included, as the store has them now. @throws what the store throws */
  history(feed: string, from: number, to: number): Promise<readonly FeedEntry[]> {
    return this.#parts.feeds.ranges([{ feed, from, to }]);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isDisposed = true;
    this.#poll[Symbol.dispose]();
    this.#filler[Symbol.dispose]();
    await this.#reader[Symbol.asyncDispose]();
  }

  async #readAgain(track: FeedTrack): Promise<readonly FeedEntry[]> {
    const { epoch, seq, entries } = await this.#store.get(track.feed);
    if (this.#followed.get(track.feed)?.track !== track || !track.isOpen) return [];
    if (epoch !== track.epoch) {
      this.#renew(epoch, null);
      return [];
    }
    track.knows(seq);
    for (const entry of entries) track.offer(entry);
    this.#deliver(track);
    return entries;
  }

  #hear(message: unknown): void {
    const { data } = feedEntrySchema.safeParse(message);
    if (data) this.#receive(data);
  }

  /**
   * Opens the track at the head that the store has in the track's epoch. The store may be the first to say that there is
   * a new one.
   * @returns the newest entries
   */
  async #openTrack(track: FeedTrack): Promise<readonly FeedEntry[]> {
    for (;;) {
      const { epoch } = track;
      const recent = await this.#store.get(track.feed);
      // What was read before this epoch was collected may lack what came in between.
      if (epoch !== track.epoch) continue;
      if (recent.epoch === epoch) {
        track.open(recent.seq);
        return recent.entries;
      }
      this.#renew(recent.epoch, null);
      // A store that has not heard of the new epoch yet.
      if (recent.epoch !== this.#epoch) await this.#pause();
    }
  }

  async #pause(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    using _timer = this.#parts.clock.after(RETRY_MS, resolve);
    await promise;
  }

  /**
   * Everything begins again in another epoch (flows.md row 11): rings, pending entries and positions are void.
   * @param before the epoch that it follows, where that is known
   */
  #renew(epoch: string, before: string | null): void {
    if (epoch === this.#epoch || this.#past.has(epoch) || (before !== null && this.#past.has(before))) return;
    this.#past.add(this.#epoch);
    if (before !== null) this.#past.add(before);
    this.#parts.logger.warn({ epoch, before: this.#epoch }, 'feeds go on in another epoch; clients get a snapshot');
    this.#epoch = epoch;
    for (const { track, listener } of this.#followed.values()) {
      const wasOpen = track.isOpen;
      track.renew(epoch);
      this.#filler.forget(track);
      // One that was not open is being opened already.
      if (!wasOpen || track.isOpen) continue;
      listener.lost();
      void this.#reopen(track);
    }
  }

  async #reopen(track: FeedTrack): Promise<void> {
    const isFollowed = () => !this.#isDisposed && this.#followed.get(track.feed)?.track === track;
    while (isFollowed()) {
      try {
        await this.#openTrack(track);
        // It may have been lost again in this moment; then it is reopened by whoever saw that.
        if (!isFollowed() || !track.isOpen) return;
        this.#followed.get(track.feed)?.listener.gap();
        this.#deliver(track);
        return;
      } catch (error) {
        this.#parts.metrics.errors.inc({ part: 'gateway' });
        this.#parts.logger.warn({ err: error, feed: track.feed }, 'the head of a feed cannot be read; trying again');
        await this.#pause();
      }
    }
  }

  #receive(entry: FeedEntry): void {
    if (entry.feed === CONTROL_FEED && entry.epoch !== this.#epoch) this.#hearEpoch(entry);
    const followed = this.#followed.get(entry.feed);
    if (!followed) return;
    followed.track.offer(entry);
    this.#deliver(followed.track);
  }

  /** The only entry of another epoch that is listened to is the one that announces it. */
  #hearEpoch({ epoch, body }: FeedEntry): void {
    const { data } = controlEventSchema.safeParse(body);
    if (data?.y === 'epoch' && data.d.epoch === epoch) this.#renew(epoch, data.d.before);
  }

  #deliver(track: FeedTrack): void {
    const ready = track.take(this.#parts.clock.now());
    if (track.gappedAt !== undefined) this.#filler.notice(track);
    if (ready.length > 0) this.#followed.get(track.feed)?.listener.entries(ready);
  }

  /** While the log cannot be trusted to bring everything, the store is asked where the feeds are. */
  async #askHeads(): Promise<void> {
    if (this.#isPolling || this.#followed.size === 0) return;
    this.#isPolling = true;
    try {
      if (await this.#reader.isBehind()) await this.#compareHeads();
    } catch (error) {
      this.#parts.metrics.errors.inc({ part: 'gateway' });
      this.#parts.logger.warn({ err: error }, 'the heads of the feeds cannot be read; trying again');
    } finally {
      this.#isPolling = false;
    }
  }

  async #compareHeads(): Promise<void> {
    const feeds = [...this.#followed.keys()];
    const asked = this.#epoch;
    for (let i = 0; i < feeds.length; i += HEADS_PER_QUERY) {
      const heads = await this.#parts.feeds.heads(feeds.slice(i, i + HEADS_PER_QUERY));
      const { epoch } = this.#parts.feeds;
      if (asked !== this.#epoch) return;
      if (asked !== epoch) {
        this.#renew(epoch, null);
        return;
      }
      for (const [feed, head] of heads) {
        const track = this.#followed.get(feed)?.track;
        if (!track?.isOpen) continue;
        track.knows(head);
        this.#deliver(track);
      }
    }
  }
}
