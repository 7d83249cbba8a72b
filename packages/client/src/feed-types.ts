import type { ChannelEvent, ChannelSnapshot, FeedPosition } from '@ovation/protocol';

/**
 * `loading`: never answered yet. `live`: up to date. `stale`: the connection is lost, what is shown was true before.
 * `unknown`: the server has no feed of this name. `refused`: the server said no, `refusal` says why.
 */
export type FeedStatus = 'loading' | 'live' | 'stale' | 'unknown' | 'refused';

/** What feeds carry, by the kind that their names begin with. A server with more kinds adds them by declaration merging. */
export interface FeedKinds {
  channel: { event: ChannelEvent; snapshot: ChannelSnapshot };
}

/** What an entry says: its kind of event, and what belongs to it. */
export interface FeedEvent {
  readonly y: string;
  readonly d?: unknown;
}

interface UnknownKind {
  event: FeedEvent;
  snapshot: unknown;
}

type KindOf<Feed extends string> = Feed extends `${infer Kind}:${string}`
  ? Kind extends keyof FeedKinds
    ? FeedKinds[Kind]
    : UnknownKind
  : UnknownKind;

/** Events of a feed, by its name. */
export type EventOfFeed<Feed extends string> = KindOf<Feed>['event'];
/** The snapshot of a feed, by its name. */
export type SnapshotOfFeed<Feed extends string> = KindOf<Feed>['snapshot'];

type Told<Event extends FeedEvent, Y extends string> = Extract<Event, { y: Y }> extends { d: infer D } ? D : unknown;

/** An event and its place. `void` is an entry that the server could not read. */
export type EventAt<Event extends FeedEvent> = (Event | { readonly y: 'void' }) & { readonly seq: number };

/** What is known of a feed. Immutable: what did not change keeps its identity. */
export interface FeedView<Snapshot = unknown> {
  readonly feed: string;
  readonly status: FeedStatus;
  /** while `stale`: since when, unix ms by the server's clock */
  readonly staleSince: number | undefined;
  readonly refusal: { readonly code: number; readonly message: string } | undefined;
  /** of the last entry that is known; undefined before the first answer */
  readonly position: FeedPosition | undefined;
  /** The state at `snapshotAt`. Events that came later are told to listeners and are not in it. */
  readonly snapshot: Snapshot | undefined;
  readonly snapshotAt: FeedPosition | undefined;
}

/** One feed of any kind as a store. The server is told of it for as long as a listener is there. */
export interface FeedStore<Event extends FeedEvent = FeedEvent, Snapshot = unknown> {
  /** its name, e.g. `channel:demo` */
  readonly feed: string;
  /** Called at most once per frame after something changed. @returns a function that stops it */
  subscribe(listener: () => void): () => void;
  get(): FeedView<Snapshot>;
  /**
   * Calls `listener` with what each event of one kind carries, each once and in order, replayed ones too. Watches the
   * feed. @returns a function that stops it
   */
  on<Y extends Event['y']>(kind: Y, listener: (value: Told<Event, Y>, seq: number) => void): () => void;
  /** The same with every event, whatever its kind. Watches the feed. @returns a function that stops it */
  onEvent(listener: (event: EventAt<Event>) => void): () => void;
  /**
   * Calls `listener` when a snapshot stands for entries that listeners were not told: too many were missed, or the server
   * began another epoch. Watches the feed. @returns a function that stops it
   */
  onGap(listener: (snapshot: Snapshot, position: FeedPosition) => void): () => void;
  /** Asks again for a feed that was unknown or refused. */
  retry(): void;
}
