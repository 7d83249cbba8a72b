import { feedEntrySchema, feedSubject, type FeedEntry, type FeedPosition } from '@ovation/protocol';
import type { Clock } from '../ports/clock.ts';
import type { EventLog } from '../ports/event-log.ts';
import type { LiveBus } from '../ports/live-bus.ts';
import type { Log } from '../telemetry/log.ts';
import type { Metrics } from '../telemetry/metrics.ts';
import { FeedLogReader } from './feed-log-reader.ts';
import { FeedTrack } from './feed-track.ts';
import { GapFiller, type FeedReader } from './gap-filler.ts';
import { RecentBatch } from './recent-batch.ts';

const POLL_MS = 2_000;
const HEADS_PER_QUERY = 1_000;

export interface FeedListener {
  /** The newest entries up to the position at which following begins, ascending. Called once, before the others. */
  recent?(entries: readonly FeedEntry[]): void;
  /** Entries in order: the first one's seq follows the last one that was delivered. */
  entries(entries: readonly FeedEntry[]): void;
  /** Entries are skipped; the position is the new one. Read the state again. */
  gap(): void;
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
  readonly log: Log;
  readonly metrics: Metrics;
  readonly epoch: string;
  readonly random?: () => number;
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
  readonly #store: RecentBatch;
  readonly #poll: Disposable;
  #isPolling = false;

  constructor(parts: LiveFeedsParts) {
    this.#parts = parts;
    this.#reader = new FeedLogReader({ ...parts, received: (entry) => this.#receive(entry) });
    this.#store = new RecentBatch(parts.feeds);
    this.#filler = new GapFiller({
      ...parts,
      random: parts.random ?? Math.random,
      filled: (track) => this.#deliver(track),
      skipped: (track) => this.#followed.get(track.feed)?.listener.gap(),
    });
    this.#poll = parts.clock.every(POLL_MS, () => void this.#askHeads());
  }

  /**
   * Resolves when the position is known and every later entry will be delivered. A feed is followed once at a time.
   * @throws whatever the store or the bus throws; nothing is followed then
   */
  async follow(feed: string, listener: FeedListener): Promise<Following> {
    if (this.#followed.has(feed)) throw new Error(`${feed} is followed already`);
    const track = new FeedTrack(feed, this.#parts.epoch);
    this.#followed.set(feed, { track, listener });
    let subscription: Disposable | undefined;
    const stop = () => {
      subscription?.[Symbol.dispose]();
      this.#reader.unfollow(feed);
      this.#filler.forget(track);
      if (this.#followed.get(feed)?.track === track) this.#followed.delete(feed);
    };
    try {
      subscription = await this.#parts.bus.subscribe(feedSubject(feed), (message) => this.#hear(message));
      await this.#reader.follow(feed);
      // Only now: whatever is appended after this read reaches us by bus or log and waits in the track.
      const { seq, entries } = await this.#store.recent(feed);
      track.open(seq);
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

  async [Symbol.asyncDispose](): Promise<void> {
    this.#poll[Symbol.dispose]();
    this.#filler[Symbol.dispose]();
    await this.#reader[Symbol.asyncDispose]();
  }

  async #readAgain(track: FeedTrack): Promise<readonly FeedEntry[]> {
    const { seq, entries } = await this.#store.recent(track.feed);
    if (this.#followed.get(track.feed)?.track !== track) return [];
    track.knows(seq);
    for (const entry of entries) track.offer(entry);
    this.#deliver(track);
    return entries;
  }

  #hear(message: unknown): void {
    const { data } = feedEntrySchema.safeParse(message);
    if (data) this.#receive(data);
  }

  #receive(entry: FeedEntry): void {
    const followed = this.#followed.get(entry.feed);
    if (!followed) return;
    followed.track.offer(entry);
    this.#deliver(followed.track);
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
      this.#parts.log.warn({ err: error }, 'the heads of the feeds cannot be read; trying again');
    } finally {
      this.#isPolling = false;
    }
  }

  async #compareHeads(): Promise<void> {
    const feeds = [...this.#followed.keys()];
    for (let i = 0; i < feeds.length; i += HEADS_PER_QUERY) {
      const heads = await this.#parts.feeds.heads(feeds.slice(i, i + HEADS_PER_QUERY));
      for (const [feed, head] of heads) {
        const track = this.#followed.get(feed)?.track;
        track?.knows(head);
        if (track) this.#deliver(track);
      }
    }
  }
}
