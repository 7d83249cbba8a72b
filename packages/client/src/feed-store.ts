import type { FeedPosition, ResumePoint, ServerFrame, SubscriptionReply } from '@ovation/protocol';
import { callEach } from './call-each.ts';
import type { Timers } from './environment.ts';
import type { EventAt, FeedEvent, FeedStore, FeedView } from './feed-types.ts';
import { createNotifier, type Notifier } from './notifier.ts';

export type EventFrameOf = Extract<ServerFrame, { k: 'ev' }>;
export type AcceptedReply = Extract<SubscriptionReply, { snap: unknown }>;
export type RecoveredReply = Extract<SubscriptionReply, { events: unknown }>;
export type RefusedReply = Extract<SubscriptionReply, { code: number }>;
export type StatusOfFeed = Pick<FeedView, 'status' | 'staleSince' | 'refusal'>;

/** What a kind of feed keeps besides: it is told first, so that listeners find it up to date. */
export interface FeedPart {
  /** server time up to which it is complete, ms: what a resumed subscription begins at */
  readonly completeTo: number;
  accepted(reply: AcceptedReply): void;
  /** @param news the events that are new. @returns what is left to do when they were told */
  recovered(reply: RecoveredReply, news: readonly EventFrameOf[]): (() => void) | undefined;
  event(frame: EventFrameOf): void;
  status(status: StatusOfFeed): void;
}

export interface FeedParts {
  readonly feed: string;
  readonly timers: Timers;
  /** server time, unix ms */
  readonly serverNow: () => number;
  /** the first listener came, or the last one left */
  readonly watchedChanged: () => void;
  readonly retry: () => void;
}

const LIVE: StatusOfFeed = { status: 'live', staleSince: undefined, refusal: undefined };

/** The connection's side of a feed's store: where it stands, and what its listeners are told. */
export class FollowedFeed {
  readonly store: FeedStore;
  readonly notifier: Notifier;
  /** set once, before anything comes */
  part: FeedPart | undefined;
  readonly #parts: FeedParts;
  #view: FeedView;
  readonly #listeners = new Set<(frame: EventFrameOf) => void>();
  readonly #gapListeners = new Set<(snapshot: unknown, position: FeedPosition) => void>();

  constructor(parts: FeedParts) {
    this.#parts = parts;
    this.notifier = createNotifier(parts.timers);
    this.#view = {
      feed: parts.feed,
      status: 'loading',
      staleSince: undefined,
      refusal: undefined,
      position: undefined,
      snapshot: undefined,
      snapshotAt: undefined,
    };
    this.store = {
      feed: parts.feed,
      subscribe: (listener) => this.subscribe(listener),
      get: () => this.#view,
      on: (kind, listener) =>
        // `kind` is the `y` of what it carries.
        this.#watch(
          this.#listeners,
          (frame) => frame.y === kind && listener((frame as FeedEvent).d as Parameters<typeof listener>[0], frame.o),
        ),
      onEvent: (listener) => this.#watch(this.#listeners, (frame) => listener(eventOf(frame))),
      onGap: (listener) => this.#watch(this.#gapListeners, (snapshot, position) => listener(snapshot, position)),
      retry: () => this.retry(),
    };
  }

  get isWatched(): boolean {
    return this.notifier.size > 0;
  }

  /** where to go on from; undefined while nothing is known */
  get position(): ResumePoint | undefined {
    const { position } = this.#view;
    return position && { ...position, ...(this.part && { t: this.part.completeTo }) };
  }

  subscribe(listener: () => void): () => void {
    const stop = this.notifier.subscribe(listener);
    if (this.notifier.size === 1) this.#parts.watchedChanged();
    return () => {
      stop();
      if (this.notifier.size === 0) this.#parts.watchedChanged();
    };
  }

  retry(): void {
    this.#become({ status: 'loading', staleSince: undefined, refusal: undefined });
    this.#parts.retry();
  }

  accepted(reply: AcceptedReply): void {
    const { e, o, snap } = reply;
    const before = this.#view.position;
    const position = { e, o };
    this.part?.accepted(reply);
    this.#become(LIVE, { position, snapshot: snap, snapshotAt: position });
    if (before && (before.e !== e || before.o !== o)) callEach(this.#gapListeners, snap, position);
  }

  /** Nothing was missed: what happened meanwhile is in the reply. */
  recovered(reply: RecoveredReply): void {
    const news = reply.events.filter(({ o }) => o > (this.#view.position?.o ?? 0));
    const after = this.part?.recovered(reply, news);
    this.#become(LIVE, { position: { e: reply.e, o: reply.o } });
    for (const frame of news) callEach(this.#listeners, frame);
    after?.();
  }

  refused(reply: RefusedReply, isUnknown: boolean): void {
    const refusal = { code: reply.code, message: reply.msg };
    this.#become({ status: isUnknown ? 'unknown' : 'refused', staleSince: undefined, refusal });
  }

  /** @returns false when entries are missing before this one: subscribe again */
  event(frame: EventFrameOf): boolean {
    const { position } = this.#view;
    const last = position?.o ?? 0;
    if (frame.o <= last) return true;
    if (!position || frame.o > last + 1) return false;
    this.part?.event(frame);
    this.#change({ position: { e: position.e, o: frame.o } });
    callEach(this.#listeners, frame);
    return true;
  }

  lost(): void {
    if (this.#view.status !== 'live') return;
    this.#become({ status: 'stale', staleSince: this.#parts.serverNow(), refusal: undefined });
  }

  /** Listens, and watches the feed for as long. The same function may listen twice. */
  #watch<Args extends unknown[]>(
    listeners: Set<(...args: Args) => void>,
    listener: (...args: Args) => unknown,
  ): () => void {
    const entry = (...args: Args) => void listener(...args);
    listeners.add(entry);
    const stopWatching = this.subscribe(() => undefined);
    return () => {
      listeners.delete(entry);
      stopWatching();
    };
  }

  #become(status: StatusOfFeed, changes: Partial<FeedView> = {}): void {
    this.part?.status(status);
    this.#change({ ...status, ...changes });
  }

  #change(changes: Partial<FeedView>): void {
    this.#view = { ...this.#view, ...changes };
    this.notifier.touch();
  }
}

function eventOf(frame: EventFrameOf): EventAt<FeedEvent> {
  const { y, d, o } = frame as FeedEvent & { readonly o: number };
  return { y, seq: o, ...(d !== undefined && { d }) };
}
