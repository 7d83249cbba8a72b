import type {
  ChannelEvent,
  EventFrame,
  ResumePoint,
  ServerFrame,
  SubscriptionReply,
  TableEmote,
} from '@ovation/protocol';
import { callEach } from './call-each.ts';
import { applyEvent, emptyView, type ChannelView } from './channel-view.ts';
import type { Timers } from './environment.ts';
import { createNotifier } from './notifier.ts';
import { createSeriesBuilder } from './series.ts';

/** One channel as a store: subscribe, get, react. Watched by the server for as long as somebody listens. */
export interface ChannelStore {
  readonly name: string;
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
type AcceptedReply = Extract<SubscriptionReply, { snap: unknown }>;
type RecoveredReply = Extract<SubscriptionReply, { events: unknown }>;
type RefusedReply = Extract<SubscriptionReply, { code: number }>;

export interface ChannelStoreParts {
  name: string;
  timers: Timers;
  /** server time, unix ms */
  serverNow: () => number;
  /** the first listener came, or the last one left */
  watchedChanged: () => void;
  react: (emote: string, n: number) => number;
  retry: () => void;
}

/** The connection's side of a store. */
export interface ChannelFeed {
  readonly store: ChannelStore;
  readonly isWatched: boolean;
  /** where to go on from; undefined while nothing is known */
  readonly position: ResumePoint | undefined;
  accepted(reply: AcceptedReply): void;
  /** Nothing was missed: what happened meanwhile is in the reply. */
  recovered(reply: RecoveredReply): void;
  refused(reply: RefusedReply, isUnknown: boolean): void;
  /** @returns false when entries are missing before this one: subscribe again */
  event(frame: Frame<'ev'>): boolean;
  tick(frame: Frame<'tick'>): void;
  table(emotes: readonly TableEmote[]): void;
  lost(): void;
  /** Called once a second: old columns fall out also when nobody reacts. */
  advance(): void;
}

export function createChannelFeed(parts: ChannelStoreParts): ChannelFeed {
  return new Feed(parts);
}

class Feed implements ChannelFeed {
  readonly store: ChannelStore;
  readonly #parts: ChannelStoreParts;
  readonly #notifier;
  readonly #series = createSeriesBuilder();
  #view: ChannelView;
  #table: readonly TableEmote[] = [];
  readonly #listeners = new Set<(event: EventFrame) => void>();
  readonly #tickListeners = new Set<(tick: ChannelTick) => void>();
  #epoch: string | undefined;
  #last = 0;
  /** server time up to which the chart is complete, ms */
  #countedTo = 0;

  constructor(parts: ChannelStoreParts) {
    this.#parts = parts;
    this.#notifier = createNotifier(parts.timers);
    this.#view = emptyView(parts.name);
    this.store = {
      name: parts.name,
      subscribe: (listener) => this.#subscribe(listener),
      get: () => this.#read(),
      on: (kind, listener) => this.#on(kind, listener),
      onTick: (listener) => this.#onTick(listener),
      react: (emote, n = 1) => this.#react(emote, n),
      retry: () => {
        this.#change({ state: 'loading', staleSince: undefined, refusal: undefined });
        parts.retry();
      },
    };
  }

  get isWatched(): boolean {
    return this.#notifier.size > 0;
  }

  accepted(reply: AcceptedReply): void {
    const { snap } = reply;
    this.#epoch = reply.e;
    this.#last = reply.o;
    this.#countedTo = this.#parts.serverNow();
    this.#series.clear();
    this.#table = snap.emotes;
    snap.series.bins.forEach((bin, index) => this.#count(bin, snap.series.from + index));
    this.#series.advance(this.#second());
    this.#change({
      state: 'live',
      staleSince: undefined,
      refusal: undefined,
      settings: snap.settings,
      moments: new Map(snap.moments.map((moment) => [moment.id, moment])),
      emotes: this.#shownEmotes(),
      occ: snap.occ,
      broadcast: snap.broadcast,
    });
  }

  get position(): ResumePoint | undefined {
    if (this.#epoch === undefined) return undefined;
    return { e: this.#epoch, o: this.#last, t: this.#countedTo };
  }

  recovered(reply: RecoveredReply): void {
    this.#table = reply.table.emotes;
    // Who polls, or asks again after a gap, is up to date but for moments: what the reply adds is happening now.
    const before = reply.series && this.#view.state === 'live' ? this.#countsSince(reply.series.from) : undefined;
    if (reply.series) this.#series.cut(reply.series.from);
    reply.series?.bins.forEach((bin, index) => this.#count(bin, (reply.series?.from ?? 0) + index));
    this.#series.advance(this.#second());
    let view = this.#view;
    const news = reply.events.filter(({ o }) => o > this.#last);
    for (const event of news) view = applyEvent(view, event);
    this.#epoch = reply.e;
    this.#last = reply.o;
    this.#countedTo = this.#parts.serverNow();
    const changed = { state: 'live', staleSince: undefined, refusal: undefined, occ: reply.occ } as const;
    this.#change({ ...view, ...changed, emotes: this.#shownEmotes() });
    for (const event of news) this.#tell(event);
    if (before && reply.series) this.#tellTick(this.#countedTo, subtract(this.#countsSince(reply.series.from), before));
  }

  refused(reply: RefusedReply, isUnknown: boolean): void {
    this.#change({
      state: isUnknown ? 'unknown' : 'refused',
      staleSince: undefined,
      refusal: { code: reply.code, message: reply.msg },
    });
  }

  event(frame: Frame<'ev'>): boolean {
    if (frame.o <= this.#last) return true;
    if (frame.o > this.#last + 1) return false;
    this.#last = frame.o;
    this.#change(applyEvent(this.#view, frame));
    this.#tell(frame);
    return true;
  }

  tick(frame: Frame<'tick'>): void {
    this.#count(frame.t, Math.floor(frame.at / 1000));
    if (frame.tot) this.#heal(frame.tot, Math.floor(frame.at / 1000));
    this.#countedTo = frame.at;
    this.#change(frame.occ === undefined ? {} : { occ: frame.occ });
    this.#tellTick(frame.at, new Map(this.#named(frame.t)));
  }

  table(emotes: readonly TableEmote[]): void {
    this.#table = emotes;
    this.#change({ emotes: this.#shownEmotes() });
  }

  lost(): void {
    if (this.#view.state === 'live') this.#change({ state: 'stale', staleSince: this.#parts.serverNow() });
  }

  advance(): void {
    if (this.#view.state !== 'live') return;
    if (this.#series.advance(this.#second())) this.#notifier.touch();
  }

  /** What earlier ticks of this minute did not bring is put where we learn of it. */
  #heal({ m, t }: NonNullable<Frame<'tick'>['tot']>, second: number): void {
    for (const [index, total] of t) {
      const emote = this.#table[index];
      if (emote) this.#series.add(emote.k, second, total - this.#series.countSince(emote.k, m / 1000));
    }
  }

  #on<Y extends ChannelEvent['y']>(kind: Y, listener: (value: EventOf<Y>, seq: number) => void): () => void {
    const entry = (event: EventFrame) => {
      // `kind` is the `y` of what it carries.
      if (event.y === kind) listener((event as { d: unknown }).d as EventOf<Y>, event.o);
    };
    this.#listeners.add(entry);
    const stopWatching = this.#subscribe(() => undefined);
    return () => {
      this.#listeners.delete(entry);
      stopWatching();
    };
  }

  #tell(event: EventFrame): void {
    callEach(this.#listeners, event);
  }

  #onTick(listener: (tick: ChannelTick) => void): () => void {
    // A wrapper, because the same function may listen twice.
    const entry = (tick: ChannelTick) => listener(tick);
    this.#tickListeners.add(entry);
    const stopWatching = this.#subscribe(() => undefined);
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
    return Math.floor(this.#parts.serverNow() / 1000);
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
    this.#notifier.touch();
  }

  /** The series is copied out when somebody looks, not with every tick. */
  #read(): ChannelView {
    const series = this.#series.read();
    if (series !== this.#view.series) this.#view = { ...this.#view, series, total: series.total };
    return this.#view;
  }

  #subscribe(listener: () => void): () => void {
    const stop = this.#notifier.subscribe(listener);
    if (this.#notifier.size === 1) this.#parts.watchedChanged();
    return () => {
      stop();
      if (this.#notifier.size === 0) this.#parts.watchedChanged();
    };
  }

  #react(emote: string, n: number): number {
    if (this.#view.state !== 'live') return 0;
    const taken = this.#parts.react(emote, n);
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
