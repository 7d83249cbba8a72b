import type { FeedEntry, FeedPosition } from '@ovation/protocol';
import type { Following, LiveFeeds } from '../../live-feeds/live-feed.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Logger } from '../../telemetry/logger.ts';
import type { Metrics } from '../../telemetry/metrics.ts';
import { every, retry } from '../../retry.ts';
import { type FeedEventAt, VOID_EVENT } from './feed-event.ts';
import type { Feed, FeedState } from './feed-kind.ts';

const RETRY_MS = 1_000;

export interface FeedWatchListener {
  /** The newest events up to the position at which the watch begins, ascending; the first state contains them. */
  recent(events: readonly FeedEventAt[]): void;
  /** Events in order; after a gap, the position that they go on from comes first. */
  changed(events: readonly FeedEventAt[], gap: FeedPosition | undefined): void;
}

export interface FeedWatchParts {
  readonly feed: Feed;
  readonly liveFeeds: LiveFeeds;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: Metrics;
}

/** Follows a feed and keeps the state that its snapshot shows in step with it. An entry is read here, once. */
export class FeedWatch implements Disposable {
  readonly #parts: FeedWatchParts;
  readonly #listener: FeedWatchListener;
  #following: Following | undefined;
  #state: FeedState | undefined;
  /** what came while the state was being read */
  #early: FeedEventAt[] = [];
  /** set while the state is not known */
  #waiting: PromiseWithResolvers<void> | undefined;
  /** aborted when the state is lost: a read that began before is of no use then */
  #reading = new AbortController();

  private constructor(parts: FeedWatchParts, listener: FeedWatchListener) {
    this.#parts = parts;
    this.#listener = listener;
  }

  /** Resolves when snapshots can be taken. @throws what the bus, the store or the feed's kind throws */
  static async open(parts: FeedWatchParts, listener: FeedWatchListener): Promise<FeedWatch> {
    const watch = new FeedWatch(parts, listener);
    const { feed, liveFeeds } = parts;
    watch.#following = await liveFeeds.follow(feed.feed, {
      recent: (entries) => listener.recent(watch.read(entries)),
      entries: (entries) => watch.#receive(entries),
      gap: () => void watch.#reload(),
      lost: () => watch.#lose(),
    });
    const { signal } = watch.#reading;
    try {
      const state = await feed.readState();
      // They came while the state was read and are part of it.
      if (!signal.aborted) listener.recent(watch.#begin(state));
      else await watch.ready;
    } catch (error) {
      watch[Symbol.dispose]();
      throw error;
    }
    return watch;
  }

  /** Resolves when the state can be read: at once, except after a gap. */
  get ready(): Promise<void> {
    return this.#waiting?.promise ?? Promise.resolve();
  }

  get isReady(): boolean {
    return this.#state !== undefined;
  }

  /** @throws while the state is being read */
  get state(): FeedState {
    if (!this.#state) throw new Error(`The state of ${this.#parts.feed.feed} is being read`);
    return this.#state;
  }

  get position(): FeedPosition {
    if (!this.#following) throw new Error(`${this.#parts.feed.feed} is not followed yet`);
    return this.#following.position;
  }

  /** Asks the store: what is newer is delivered, what it has is answered, ascending. @throws what the store throws */
  async readAgain(): Promise<readonly FeedEventAt[]> {
    return this.read((await this.#following?.readAgain()) ?? []);
  }

  /** What the entries say. One that cannot be read keeps its place. */
  read(entries: readonly FeedEntry[]): FeedEventAt[] {
    return entries.map(({ feed, seq, body }) => {
      const { success, data, error } = this.#parts.feed.readEvent(body);
      if (success) return { seq, event: data };
      this.#parts.metrics.errors.inc({ part: 'gateway' });
      this.#parts.logger.warn(
        { feed, seq, problem: error.issues[0]?.message },
        'a feed entry cannot be read; its place stays empty',
      );
      return { seq, event: VOID_EVENT };
    });
  }

  [Symbol.dispose](): void {
    this.#reading.abort();
    this.#following?.[Symbol.dispose]();
    this.#waiting?.reject(new Error(`${this.#parts.feed.feed} is watched no more`));
  }

  #receive(entries: readonly FeedEntry[]): void {
    const events = this.read(entries);
    if (!this.#state) {
      this.#early.push(...events);
      return;
    }
    for (const { event } of events) this.#state.apply(event);
    this.#listener.changed(events, undefined);
  }

  #lose(): void {
    this.#reading.abort();
    this.#reading = new AbortController();
    this.#state = undefined;
    this.#early = [];
    if (this.#waiting) return;
    this.#waiting = Promise.withResolvers();
    // Often nothing waits for it; then its rejection is of no interest.
    this.#waiting.promise.catch(() => undefined);
  }

  /** Entries are lost: the state is read again before anything is told. */
  async #reload(): Promise<void> {
    const { position } = this;
    this.#lose();
    const { signal } = this.#reading;
    const state = await this.#loadUntilItWorks(signal);
    if (!state || signal.aborted) return;
    this.#listener.changed(this.#begin(state), position);
    this.#waiting?.resolve();
    this.#waiting = undefined;
  }

  /** Undefined when the signal has aborted meanwhile. */
  #loadUntilItWorks(signal: AbortSignal): Promise<FeedState | undefined> {
    const { clock, feed, logger, metrics } = this.#parts;
    const onFailure = (error: unknown) => {
      metrics.errors.inc({ part: 'gateway' });
      logger.warn({ err: error, feed: feed.feed }, 'the state cannot be read; trying again');
    };
    const loading = retry(() => feed.readState(), { clock, signal, delays: every(RETRY_MS), onFailure });
    // It fails only when it has been aborted.
    return loading.catch(() => undefined);
  }

  /** From here on the state follows the feed. @returns what came while it was read; it is part of it */
  #begin(state: FeedState): readonly FeedEventAt[] {
    const early = this.#early;
    this.#early = [];
    for (const { event } of early) state.apply(event);
    this.#state = state;
    return early;
  }
}
