import type { ResumePoint, ServerFrame, SubscriptionReply, TableEmote } from '@ovation/protocol';
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
  /** Asks again for a channel that was unknown or refused. */
  retry(): void;
}

type Frame<K extends ServerFrame['k']> = Extract<ServerFrame, { k: K }>;
export type AcceptedReply = Extract<SubscriptionReply, { snap: unknown }>;
export type RecoveredReply = Extract<SubscriptionReply, { events: unknown }>;
export type RefusedReply = Extract<SubscriptionReply, { code: number }>;

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
      react: (emote, n = 1) => this.#react(emote, n),
      retry: () => {
        this.#change({ state: 'loading', refusal: undefined });
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
      refusal: undefined,
      settings: snap.settings,
      moments: new Map(snap.moments.map((moment) => [moment.id, moment])),
      emotes: shownBy(snap.emotes),
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
    if (reply.series) this.#series.cut(reply.series.from);
    reply.series?.bins.forEach((bin, index) => this.#count(bin, (reply.series?.from ?? 0) + index));
    this.#series.advance(this.#second());
    let view = this.#view;
    for (const event of reply.events) if (event.o > this.#last) view = applyEvent(view, event);
    this.#epoch = reply.e;
    this.#last = reply.o;
    this.#countedTo = this.#parts.serverNow();
    this.#change({ ...view, state: 'live', refusal: undefined, emotes: shownBy(this.#table), occ: reply.occ });
  }

  refused(reply: RefusedReply, isUnknown: boolean): void {
    this.#change({
      state: isUnknown ? 'unknown' : 'refused',
      refusal: { code: reply.code, message: reply.msg },
    });
  }

  event(frame: Frame<'ev'>): boolean {
    if (frame.o <= this.#last) return true;
    if (frame.o > this.#last + 1) return false;
    this.#last = frame.o;
    this.#change(applyEvent(this.#view, frame));
    return true;
  }

  tick(frame: Frame<'tick'>): void {
    this.#count(frame.t, Math.floor(frame.at / 1000));
    this.#countedTo = frame.at;
    this.#change(frame.occ === undefined ? {} : { occ: frame.occ });
  }

  table(emotes: readonly TableEmote[]): void {
    this.#table = emotes;
    this.#change({ emotes: shownBy(emotes) });
  }

  lost(): void {
    if (this.#view.state === 'live') this.#change({ state: 'stale' });
  }

  advance(): void {
    if (this.#view.state !== 'live') return;
    if (this.#series.advance(this.#second())) this.#notifier.touch();
  }

  #second(): number {
    return Math.floor(this.#parts.serverNow() / 1000);
  }

  #count(pairs: readonly (readonly [number, number])[], second: number): void {
    for (const [index, count] of pairs) {
      const emote = this.#table[index];
      if (emote) this.#series.add(emote.k, second, count);
    }
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

function shownBy(table: readonly TableEmote[]): ReadonlyMap<string, string> {
  return new Map(table.map((emote) => [emote.k, emote.d]));
}
