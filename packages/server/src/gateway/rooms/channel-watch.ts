import {
  channelEventSchema,
  channelFeed,
  type Channel,
  type ChannelSettings,
  type FeedEntry,
  type FeedPosition,
  type Moment,
} from '@ovation/protocol';
import type { Clock } from '../../ports/clock.ts';
import type { Logger } from '../../telemetry/logger.ts';
import type { Metrics } from '../../telemetry/metrics.ts';
import { VOID_EVENT, type ChannelEventAt } from './channel-event.ts';
import { ChannelState, SNAPSHOT_MOMENTS } from './channel-state.ts';
import type { Following, LiveFeeds } from '../../live-feeds/live-feed.ts';

const RETRY_MS = 1_000;

export interface ChannelReader {
  find(name: string): Promise<Channel | undefined>;
  settings(name: string): Promise<ChannelSettings>;
  aliases(name: string): Promise<ReadonlyMap<string, string>>;
}

export interface MomentReader {
  /** newest first, latest revision each */
  recent(channel: string, limit: number): Promise<Moment[]>;
}

export interface ChannelWatchParts {
  readonly channel: string;
  readonly liveFeeds: LiveFeeds;
  readonly channels: ChannelReader;
  readonly moments: MomentReader;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: Metrics;
  /** the newest events up to the position at which the watch begins, ascending; all of them are in the first state */
  recent(events: readonly ChannelEventAt[]): void;
  /** events in order; after a gap, the position that they go on from comes first */
  changed(events: readonly ChannelEventAt[], gap: FeedPosition | undefined): void;
}

/** Follows a channel's feed and keeps the state that a snapshot shows in step with it. */
export class ChannelWatch implements Disposable {
  readonly #parts: ChannelWatchParts;
  #following: Following | undefined;
  #state: ChannelState | undefined;
  /** what came while the state was being read */
  #early: ChannelEventAt[] = [];
  /** set while the state is not known */
  #waiting: PromiseWithResolvers<void> | undefined;
  /** rises when the state is lost: whoever still reads the one before has nothing to say */
  #losses = 0;
  #isDisposed = false;

  private constructor(parts: ChannelWatchParts) {
    this.#parts = parts;
  }

  /** Resolves when snapshots can be taken. @throws what the bus, the store or the modules throw */
  static async open(parts: ChannelWatchParts): Promise<ChannelWatch> {
    const watch = new ChannelWatch(parts);
    const { channel, liveFeeds } = parts;
    watch.#following = await liveFeeds.follow(channelFeed(channel), {
      recent: (entries) => parts.recent(entries.map((entry) => watch.#read(entry))),
      entries: (entries) => watch.#receive(entries),
      gap: () => void watch.#reload(),
      lost: () => watch.#lose(),
    });
    try {
      const state = await watch.#load();
      // They came while the state was read and are part of it.
      if (watch.#losses === 0) parts.recent(watch.#begin(state));
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

  get state(): ChannelState {
    if (!this.#state) throw new Error(`The state of ${this.#parts.channel} is being read`);
    return this.#state;
  }

  get position(): FeedPosition {
    if (!this.#following) throw new Error(`${this.#parts.channel} is not followed yet`);
    return this.#following.position;
  }

  /** Asks the store: what is newer is delivered, what it has is answered, ascending. @throws what the store throws */
  async readAgain(): Promise<readonly ChannelEventAt[]> {
    const entries = (await this.#following?.readAgain()) ?? [];
    return entries.map((entry) => this.#read(entry));
  }

  [Symbol.dispose](): void {
    this.#isDisposed = true;
    this.#following?.[Symbol.dispose]();
    this.#waiting?.reject(new Error(`${this.#parts.channel} is watched no more`));
  }

  #receive(entries: readonly FeedEntry[]): void {
    const events = entries.map((entry) => this.#read(entry));
    if (!this.#state) {
      this.#early.push(...events);
      return;
    }
    for (const { event } of events) this.#state.apply(event);
    this.#parts.changed(events, undefined);
  }

  #read({ feed, seq, body }: FeedEntry): ChannelEventAt {
    const { success, data, error } = channelEventSchema.safeParse(body);
    if (success) return { seq, event: data };
    this.#parts.metrics.errors.inc({ part: 'gateway' });
    this.#parts.logger.warn(
      { feed, seq, problem: error.issues[0]?.message },
      'a feed entry cannot be read; its place stays empty',
    );
    return { seq, event: VOID_EVENT };
  }

  #lose(): void {
    this.#losses += 1;
    this.#state = undefined;
    this.#early = [];
    if (this.#waiting) return;
    this.#waiting = Promise.withResolvers();
    // Whoever waits hears of it; often nobody does.
    this.#waiting.promise.catch(() => undefined);
  }

  /** Entries are lost: what the state says is read again before anybody hears of it. */
  async #reload(): Promise<void> {
    const { position } = this;
    this.#lose();
    const loss = this.#losses;
    const state = await this.#loadUntilItWorks(() => this.#isDisposed || loss !== this.#losses);
    if (!state) return;
    this.#parts.changed(this.#begin(state), position);
    this.#waiting?.resolve();
    this.#waiting = undefined;
  }

  async #loadUntilItWorks(isOver: () => boolean): Promise<ChannelState | undefined> {
    for (;;) {
      try {
        const state = await this.#load();
        return isOver() ? undefined : state;
      } catch (error) {
        if (isOver()) return undefined;
        this.#parts.metrics.errors.inc({ part: 'gateway' });
        this.#parts.logger.warn({ err: error, channel: this.#parts.channel }, 'the state cannot be read; trying again');
        const { promise, resolve } = Promise.withResolvers<void>();
        using _timer = this.#parts.clock.after(RETRY_MS, resolve);
        await promise;
      }
    }
  }

  async #load(): Promise<ChannelState> {
    const { channel, channels, moments } = this.#parts;
    const [settings, found, recent] = await Promise.all([
      channels.settings(channel),
      channels.find(channel),
      moments.recent(channel, SNAPSHOT_MOMENTS),
    ]);
    return new ChannelState({ settings, moments: recent, live: found?.live ?? null });
  }

  /** From here on the state follows the feed. @returns what came while it was read; it is part of it */
  #begin(state: ChannelState): readonly ChannelEventAt[] {
    const early = this.#early;
    this.#early = [];
    for (const { event } of early) state.apply(event);
    this.#state = state;
    return early;
  }
}
