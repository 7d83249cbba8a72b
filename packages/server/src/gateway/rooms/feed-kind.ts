import { type ErrorSpec, markEventSchema } from '@ovation/protocol';
import type { z } from 'zod';
import type { Caller } from '../../callers/index.ts';
import type { FeedEvent } from './feed-event.ts';

/** What a snapshot of one feed says: read once, then kept up to date by the feed's events. */
export interface FeedState {
  /** An event that the state already contains must do no harm. */
  apply(event: FeedEvent): void;
  /** Members of the snapshot. */
  snapshot(): object;
}

/** Why a caller may not follow a feed. */
interface FollowRefusal {
  readonly spec: ErrorSpec;
  /** of the HTTP answer */
  readonly details?: readonly { readonly field: string; readonly reason: string }[];
}

/** What a kind of feed can answer about the feeds of its kind. */
export interface FeedSource {
  /**
   * Why the caller may not follow the feed; undefined when it may. A ticket that names the feed is not asked again.
   * @throws what the store throws
   */
  refusal(name: string, caller: Caller): Promise<FollowRefusal | undefined>;
  /** @throws what the store throws */
  read(name: string): Promise<FeedState>;
  /** What is volatile in the room of a feed, on top of its events. */
  live?(room: LiveRoom): FeedLive;
  /** The frame of the classic door for these events; undefined when they mean nothing there. */
  classic?(events: readonly FeedEvent[]): object | undefined;
}

/**
 * A kind of feed, as a module declares it. A feed is named `<prefix>:<name>`; the gateway knows nothing else of what its
 * entries mean.
 */
export interface FeedKind<Api> {
  readonly prefix: string;
  /** what may stand after the colon */
  readonly names: z.ZodType<string>;
  /** one line for people: what its feeds carry */
  readonly summary: string;
  /** one line for people: who may follow them */
  readonly followers: string;
  /** bodies of its entries; deletions and tombstones need not be among them */
  readonly events: z.ZodType<FeedEvent>;
  readonly source: (api: Api) => FeedSource;
}

/** The room that a live part belongs to. */
export interface LiveRoom {
  /** of the feed, without its prefix */
  readonly name: string;
  /** the room's number on this gateway, which its frames carry as `c` */
  readonly number: number;
  /** this gateway, for others that count */
  readonly node: string;
  /** Shortest time between two ticks now, ms. */
  tickPeriodMs(): number;
  /** Asks for a flush at the end of this turn of the event loop. */
  flushSoon(): void;
  flushNow(): void;
  /** Undefined while it is being read. */
  state(): FeedState | undefined;
}

/** One object for clients. Its text is made once, when the first door needs it. */
export class LiveFrame {
  readonly k: string;
  readonly #frame: object;
  #text: string | undefined;

  constructor(frame: { readonly k: string; readonly [member: string]: unknown }) {
    this.k = frame.k;
    this.#frame = frame;
  }

  get text(): string {
    return (this.#text ??= JSON.stringify(this.#frame));
  }
}

export interface LiveFrames {
  /** may not be skipped */
  readonly ordered?: LiveFrame | undefined;
  /** heals by the next one */
  readonly volatile?: LiveFrame | undefined;
}

/** What is volatile in one room. It asks the room for a flush when there is something to say. */
export interface FeedLive extends Disposable {
  /** Called once, when the state is known. @throws what the bus and the store throw */
  open(): Promise<void>;
  /** Connections in this room now. */
  counted(connections: number): void;
  /** What changed since the last flush. @param hasEvents whether events go out anyway */
  take(now: number, hasEvents: boolean): LiveFrames;
  /** Everything, for a connection that was spared volatile frames. */
  whole(now: number): LiveFrames;
  /** Members of every reply; they change too often to be kept. */
  current(): object;
  /** Members of a reply that replays events. @param fromMs server time of the last tick that the client has */
  since(fromMs: number | undefined): object;
  /** Members of a snapshot besides the state's; they are kept until the next flush. */
  snapshot(): object;
  sweep(now: number): void;
}

export type BoundFeedKind = Omit<FeedKind<never>, 'source'> & { readonly source: FeedSource };

/** Gives the feed kinds of a module what they work on. */
export function bindFeedKinds<Api>(kinds: readonly FeedKind<Api>[], api: Api): BoundFeedKind[] {
  return kinds.map((kind) => ({ ...kind, source: kind.source(api) }));
}

/** One feed that can be followed: its kind answers for it. */
export class Feed {
  /** the whole name */
  readonly feed: string;
  /** what stands after the colon */
  readonly name: string;
  readonly #kind: BoundFeedKind;

  constructor(kind: BoundFeedKind, name: string) {
    this.feed = `${kind.prefix}:${name}`;
    this.name = name;
    this.#kind = kind;
  }

  get prefix(): string {
    return this.#kind.prefix;
  }

  refusal(caller: Caller): Promise<FollowRefusal | undefined> {
    return this.#kind.source.refusal(this.name, caller);
  }

  readState(): Promise<FeedState> {
    return this.#kind.source.read(this.name);
  }

  /** What the body of an entry says, or why it cannot be read. Deletions are the same in every feed. */
  readEvent(body: unknown) {
    const mark = markEventSchema.safeParse(body);
    return mark.success ? mark : this.#kind.events.safeParse(body);
  }

  live(room: LiveRoom): FeedLive | undefined {
    return this.#kind.source.live?.(room);
  }

  classic(events: readonly FeedEvent[]): object | undefined {
    return this.#kind.source.classic?.(events);
  }
}

/** The kinds of feeds that this gateway serves. */
export class FeedKinds {
  readonly #byPrefix: ReadonlyMap<string, BoundFeedKind>;

  constructor(kinds: readonly BoundFeedKind[]) {
    this.#byPrefix = new Map(kinds.map((kind) => [kind.prefix, kind]));
  }

  /** Undefined for a name that no kind has. */
  find(feed: string): Feed | undefined {
    const colon = feed.indexOf(':');
    const kind = this.#byPrefix.get(feed.slice(0, Math.max(0, colon)));
    const name = kind?.names.safeParse(feed.slice(colon + 1)).data;
    return kind && name !== undefined ? new Feed(kind, name) : undefined;
  }
}
