import type { ChannelEvent, ChannelSnapshot, ServerFrame, TableEmote } from '@ovation/protocol';
import { callEach } from './call-each.ts';
import { applyEvent, emptyView, type ChannelView } from './channel-view.ts';
import type {
  AcceptedReply,
  EventFrameOf,
  FeedPart,
  FollowedFeed,
  RecoveredReply,
  StatusOfFeed,
} from './feed-store.ts';
import type { FeedStore } from './feed-types.ts';
import { createSeriesBuilder } from './series.ts';

/**
 * A channel as a store, over the store of its feed: what happened becomes a view with settings, moments and a chart. The
 * server is told of it for as long as a listener is there.
 */
export interface ChannelStore {
  readonly name: string;
  /** the store of its feed: position, snapshot and events as they came */
  readonly feed: FeedStore<ChannelEvent, ChannelSnapshot>;
  /** Called at most once per frame after something changed. @returns a function that stops it */
  subscribe(listener: () => void): () => void;
  get(): ChannelView;
  /**
   * Reacts n times. Taps are merged into at most four frames a second.
   * @returns how many were taken: 0 when offline, fewer than n beyond the server's limit
   */
  react(emote: string, n?: number): number;
  /**
   * Calls `listener` with every event of one kind as it comes, each once and in order, replayed ones too. Watches the
   * channel. @returns a function that stops it
   */
  on<Y extends ChannelEvent['y']>(kind: Y, listener: (value: EventOf<Y>, seq: number) => void): () => void;
  /**
   * Calls `listener` with what each tick added, while it happens: nothing of what a snapshot or a replay brings. Watches
   * the channel. @returns a function that stops it
   */
  onTick(listener: (tick: ChannelTick) => void): () => void;
  /** Asks again for a channel that was unknown or refused. */
  retry(): void;
}

/** Reactions of everybody that were counted since the last tick. */
export interface ChannelTick {
  /** unix ms by the server's clock */
  readonly at: number;
  /** by emote key */
  readonly counts: ReadonlyMap<string, number>;
}

/** What an event of a kind carries: a moment, settings, a broadcast. */
export type EventOf<Y extends ChannelEvent['y']> = Extract<ChannelEvent, { y: Y }>['d'];

type Frame<K extends ServerFrame['k']> = Extract<ServerFrame, { k: K }>;

export interface ChannelPartOptions {
  readonly name: string;
  readonly feed: FollowedFeed;
  /** server time, unix ms */
  readonly serverNow: () => number;
  readonly react: (emote: string, n: number) => number;
}

/** What a channel keeps besides its feed: the view, and the chart of what ticks count. */
export class ChannelPart implements FeedPart {
  readonly store: ChannelStore;
  readonly #options: ChannelPartOptions;
  readonly #series = createSeriesBuilder();
  #view: ChannelView;
  #table: readonly TableEmote[] = [];
  readonly #tickListeners = new Set<(tick: ChannelTick) => void>();
  /** server time up to which the chart is complete, ms */
  completeTo = 0;

  constructor(options: ChannelPartOptions) {
    const { feed, name } = options;
    this.#options = options;
    this.#view = emptyView(name);
    // The feed's name begins with `channel:`, so its entries and snapshots are those of channels.
    const store = feed.store as FeedStore<ChannelEvent, ChannelSnapshot>;
    this.store = {
      name,
      feed: store,
      subscribe: (listener) => feed.subscribe(listener),
      get: () => this.#read(),
      on: (kind, listener) => store.on(kind, (value, seq) => listener(value as EventOf<typeof kind>, seq)),
      onTick: (listener) => this.#onTick(listener),
      react: (emote, n = 1) => this.#react(emote, n),
      retry: () => feed.retry(),
    };
  }

  accepted({ snap }: AcceptedReply): void {
    this.completeTo = this.#options.serverNow();
    this.#series.clear();
    this.#table = snap.emotes;
    snap.series.bins.forEach((bin, index) => this.#count(bin, snap.series.from + index));
    this.#series.advance(this.#second());
    this.#change({
      settings: snap.settings,
      moments: new Map(snap.moments.map((moment) => [moment.id, moment])),
      emotes: this.#shownEmotes(),
      occ: snap.occ,
      isStalled: snap.stalled === true,
      broadcast: snap.broadcast,
    });
  }

  recovered(reply: RecoveredReply, news: readonly EventFrameOf[]): (() => void) | undefined {
    const { series } = reply;
    this.#table = reply.table.emotes;
    // Who polls, or asks again after a gap, is up to date but for moments: what the reply adds is happening now.
    const before = series && this.#view.state === 'live' ? this.#countsSince(series.from) : undefined;
    if (series) this.#series.cut(series.from);
    series?.bins.forEach((bin, index) => this.#count(bin, series.from + index));
    this.#series.advance(this.#second());
    let view = this.#view;
    for (const event of news) view = applyEvent(view, event);
    this.completeTo = this.#options.serverNow();
    this.#change({ ...view, occ: reply.occ, isStalled: reply.stalled === true, emotes: this.#shownEmotes() });
    if (!before || !series) return undefined;
    return () => this.#tellTick(this.completeTo, subtract(this.#countsSince(series.from), before));
  }

  event(frame: EventFrameOf): void {
    this.#change(applyEvent(this.#view, frame));
  }

  status({ status, staleSince, refusal }: StatusOfFeed): void {
    this.#change({ state: status, staleSince, refusal });
  }

  tick(frame: Frame<'tick'>): void {
    this.#count(frame.t, Math.floor(frame.at / 1000));
    if (frame.tot) this.#heal(frame.tot, Math.floor(frame.at / 1000));
    this.completeTo = frame.at;
    this.#change({
      ...(frame.occ !== undefined && { occ: frame.occ }),
      ...(frame.stalled !== undefined && { isStalled: frame.stalled }),
    });
    this.#tellTick(frame.at, new Map(this.#named(frame.t)));
  }

  table(emotes: readonly TableEmote[]): void {
    this.#table = emotes;
    this.#change({ emotes: this.#shownEmotes() });
  }

  /** Called once a second: old columns fall out of the chart in a silent channel too. */
  advance(): void {
    if (this.#view.state !== 'live') return;
    if (this.#series.advance(this.#second())) this.#options.feed.notifier.touch();
  }

  /** What earlier ticks of this minute did not bring is put where we learn of it. */
  #heal({ m, t }: NonNullable<Frame<'tick'>['tot']>, second: number): void {
    for (const [index, total] of t) {
      const emote = this.#table[index];
      if (emote) this.#series.add(emote.k, second, total - this.#series.countSince(emote.k, m / 1000));
    }
  }

  #onTick(listener: (tick: ChannelTick) => void): () => void {
    // A wrapper, because the same function may listen twice.
    const entry = (tick: ChannelTick) => listener(tick);
    this.#tickListeners.add(entry);
    const stopWatching = this.#options.feed.subscribe(() => undefined);
    return () => {
      this.#tickListeners.delete(entry);
      stopWatching();
    };
  }

  #tellTick(at: number, counts: ReadonlyMap<string, number>): void {
    if (counts.size === 0) return;
    callEach(this.#tickListeners, { at, counts });
  }

  /** Reactions from `second` on, by emote key. */
  #countsSince(second: number): ReadonlyMap<string, number> {
    return new Map(this.#table.map(({ k }) => [k, this.#series.countSince(k, second)]));
  }

  /** The same map as before when it holds the same: nobody who shows it needs to draw again. */
  #shownEmotes(): ReadonlyMap<string, string> {
    const known = this.#view.emotes;
    const isSame = known.size === this.#table.length && this.#table.every(({ k, d }) => known.get(k) === d);
    return isSame ? known : new Map(this.#table.map(({ k, d }) => [k, d]));
  }

  #second(): number {
    return Math.floor(this.#options.serverNow() / 1000);
  }

  #count(pairs: readonly (readonly [number, number])[], second: number): void {
    for (const [key, count] of this.#named(pairs)) this.#series.add(key, second, count);
  }

  /** What a tick counted, under the emotes' keys; an index that the table does not have is left out. */
  #named(pairs: readonly (readonly [number, number])[]): [key: string, count: number][] {
    return pairs.flatMap(([index, count]): [string, number][] => {
      const key = this.#table[index]?.k;
      return key === undefined ? [] : [[key, count]];
    });
  }

  #change(changes: Partial<ChannelView>): void {
    this.#view = { ...this.#view, ...changes };
    this.#options.feed.notifier.touch();
  }

  /** The series is copied out when it is read, not with every tick. */
  #read(): ChannelView {
    const series = this.#series.read();
    if (series !== this.#view.series) this.#view = { ...this.#view, series, total: series.total };
    return this.#view;
  }

  #react(emote: string, n: number): number {
    if (this.#view.state !== 'live') return 0;
    const taken = this.#options.react(emote, n);
    if (taken > 0) {
      const own = new Map(this.#view.own);
      own.set(emote, (own.get(emote) ?? 0) + taken);
      this.#change({ own });
    }
    return taken;
  }
}

/** What grew, and by how much. */
function subtract(after: ReadonlyMap<string, number>, before: ReadonlyMap<string, number>): Map<string, number> {
  const grown = [...after].map(([key, count]): [string, number] => [key, count - (before.get(key) ?? 0)]);
  return new Map(grown.filter(([, count]) => count > 0));
}
