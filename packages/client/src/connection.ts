import {
  FRAME_ERRORS,
  channelFeed,
  channelOfFeed,
  type ClientFrame,
  type ResumePoint,
  type ServerFrame,
  type SubscriptionReply,
} from '@ovation/protocol';
import { ChannelPart, type ChannelStore } from './channel-store.ts';
import {
  browserOnline,
  systemTimers,
  webSocketTransport,
  type Online,
  type Timers,
  type Transport,
} from './environment.ts';
import { FollowedFeed } from './feed-store.ts';
import type { EventOfFeed, FeedStore, SnapshotOfFeed } from './feed-types.ts';
import type { SyncFrame } from './frames.ts';
import { pollTransport, streamTransport } from './http-transports.ts';
import { type ConnectionState, Link, type WelcomeFrame } from './link.ts';
import { createNotifier } from './notifier.ts';
import { createReactionBuffer, type ReactionBuffer } from './reaction-buffer.ts';

export interface ConnectionOptions {
  /** absolute `ws:` or `wss:` address of the native door, e.g. `wss://host/ws` */
  url: string;
  /** one way to connect, instead of the three: socket, stream of events, polling */
  transport?: Transport;
  /** ways to connect, in order of preference */
  transports?: readonly Transport[];
  /** Opens nothing before it has a listener, so that a page can be rendered on a server. Else it starts at once. */
  lazy?: boolean;
  /** the access token of the moment, where the server wants one */
  token?: () => string | undefined;
  timers?: Timers;
  /** gives [0, 1) */
  random?: () => number;
  online?: Online;
}

/** A connection to one server that keeps itself alive. */
export interface Connection extends Disposable {
  state(): ConnectionState;
  /** Called at most once per frame after the state changed. @returns a function that stops it */
  subscribe(listener: () => void): () => void;
  /** The store of a feed of any kind, by its whole name; the same one for the same name. */
  feed<Feed extends string>(feed: Feed): FeedStore<EventOfFeed<Feed>, SnapshotOfFeed<Feed>>;
  /** The store of a channel, over the store of its feed; the same one for the same name. */
  channel(name: string): ChannelStore;
  /** Does not wait for the next attempt. */
  retryNow(): void;
  /** unix ms by the server's clock, as well as it is known */
  serverNow(): number;
  close(): void;
}

export function createConnection(options: ConnectionOptions): Connection {
  return new SocketConnection(options);
}

/** A store that lost its last listener is kept subscribed this long: React often leaves and comes back at once. */
const UNWATCHED_MS = 1_000;
const SECOND_MS = 1_000;
const RETRY_SUBSCRIBE_MS = 2_000;

interface Entry {
  readonly feed: FollowedFeed;
  /** what feeds of channels have besides */
  readonly channel: { readonly part: ChannelPart; readonly reactions: ReactionBuffer } | undefined;
  /** the server's number for this subscription, while there is one */
  c: number | undefined;
  /** request that waits for its answer; any other answer is out of date */
  pendingId: number | undefined;
}

class SocketConnection implements Connection {
  readonly #timers: Timers;
  readonly #link: Link;
  readonly #notifier;
  readonly #entries = new Map<string, Entry>();
  readonly #token: () => string | undefined;
  /** to come back with in one round trip */
  #ticket: string | undefined;
  #nextId = 1;
  #serverOffsetMs = Date.now();
  #cancelClock = () => {};
  #isStarted = false;

  constructor(options: ConnectionOptions) {
    this.#timers = options.timers ?? systemTimers;
    this.#token = options.token ?? (() => undefined);
    this.#notifier = createNotifier(this.#timers);
    this.#serverOffsetMs = Date.now() - this.#timers.now();
    this.#link = new Link({
      url: options.url,
      transports: transportsOf(options),
      timers: this.#timers,
      random: options.random ?? Math.random,
      online: options.online ?? browserOnline,
      conversation: {
        hello: () => this.#hello(),
        received: (frame) => this.#receive(frame),
        pong: () => this.#pong(),
        linkChanged: () => this.#linkChanged(),
      },
    });
    if (options.lazy !== true) this.#start();
  }

  state(): ConnectionState {
    return this.#link.state();
  }

  subscribe(listener: () => void): () => void {
    this.#start();
    return this.#notifier.subscribe(listener);
  }

  feed<Feed extends string>(feed: Feed): FeedStore<EventOfFeed<Feed>, SnapshotOfFeed<Feed>> {
    return this.#entry(feed).feed.store;
  }

  channel(name: string): ChannelStore {
    const { channel } = this.#entry(channelFeed(name));
    if (!channel) throw new Error(`${channelFeed(name)} is the feed of a channel`);
    return channel.part.store;
  }

  retryNow(): void {
    this.#link.retryNow();
  }

  serverNow(): number {
    return this.#timers.now() + this.#serverOffsetMs;
  }

  close(): void {
    this.#isStarted = true;
    this.#cancelClock();
    for (const { channel } of this.#entries.values()) channel?.reactions.clear();
    this.#link.close();
  }

  [Symbol.dispose](): void {
    this.close();
  }

  #start(): void {
    if (this.#isStarted) return;
    this.#isStarted = true;
    this.#link.start();
    this.#everySecond();
  }

  #entry(name: string): Entry {
    const known = this.#entries.get(name);
    if (known) return known;
    const feed = new FollowedFeed({
      feed: name,
      timers: this.#timers,
      serverNow: () => this.serverNow(),
      watchedChanged: () => this.#watchedChanged(name),
      retry: () => this.#subscribeTo(name),
    });
    const entry: Entry = { feed, channel: this.#channelOf(name, feed), c: undefined, pendingId: undefined };
    this.#entries.set(name, entry);
    return entry;
  }

  #channelOf(feedName: string, feed: FollowedFeed): Entry['channel'] {
    const name = channelOfFeed(feedName);
    if (name === undefined) return undefined;
    const reactions = createReactionBuffer(this.#timers, (batch) => this.#sendReactions(feedName, batch));
    const react = (emote: string, n: number) => reactions.add(emote, n);
    const part = new ChannelPart({ name, feed, serverNow: () => this.serverNow(), react });
    feed.part = part;
    return { part, reactions };
  }

  #sendReactions(name: string, batch: readonly { emote: string; n: number }[]): boolean {
    const c = this.#entries.get(name)?.c;
    if (c === undefined) return false;
    return this.#link.send(batch.map(({ emote, n }) => ({ op: 'react', c, e: emote, n })));
  }

  #everySecond(): void {
    this.#cancelClock = this.#timers.after(SECOND_MS, () => {
      for (const { channel, feed } of this.#entries.values()) if (feed.isWatched) channel?.part.advance();
      this.#everySecond();
    });
  }

  #hello(): ClientFrame {
    const watched = [...this.#entries].filter(([, entry]) => entry.feed.isWatched);
    const token = this.#token();
    return {
      op: 'hello',
      sdk: 'ovation-client/0.1',
      subs: watched.map(([name, entry]) => wish(name, entry)),
      ...(this.#ticket !== undefined && { resume: this.#ticket }),
      ...(token !== undefined && { token }),
    };
  }

  #linkChanged(): void {
    this.#notifier.touch();
    if (this.#link.state().kind === 'live') return;
    for (const entry of this.#entries.values()) {
      entry.c = undefined;
      entry.pendingId = undefined;
      entry.feed.lost();
    }
  }

  #watchedChanged(name: string): void {
    const entry = this.#entry(name);
    if (entry.feed.isWatched) {
      this.#start();
      if (entry.c === undefined && entry.pendingId === undefined) this.#subscribeTo(name);
      return;
    }
    this.#leaveLater(name, entry);
  }

  #leaveLater(name: string, { feed }: Entry): void {
    this.#timers.after(UNWATCHED_MS, () => {
      if (!feed.isWatched) this.#unsubscribeFrom(name);
    });
  }

  #subscribeTo(name: string): void {
    const entry = this.#entry(name);
    const id = this.#nextId++;
    const isSent = this.#link.send([{ op: 'sub', id, ...wish(name, entry) }]);
    entry.pendingId = isSent ? id : undefined;
  }

  #unsubscribeFrom(name: string): void {
    const entry = this.#entry(name);
    const isKnownThere = entry.c !== undefined || entry.pendingId !== undefined;
    if (isKnownThere) this.#link.send([{ op: 'unsub', id: this.#nextId++, ch: name }]);
    entry.c = undefined;
    entry.pendingId = undefined;
    entry.feed.lost();
  }

  /** How far we have read, so that the server can tell a slow network from a quiet channel. */
  #pong(): ClientFrame {
    const pos: Record<string, number> = {};
    for (const { c, feed } of this.#entries.values()) {
      if (c !== undefined && feed.position) pos[c] = feed.position.o;
    }
    return { op: 'pong', ...(Object.keys(pos).length > 0 && { pos }) };
  }

  #receive(frame: ServerFrame | SyncFrame): void {
    switch (frame.k) {
      case 'welcome':
        return this.#welcome(frame);
      case 'ping':
      case 'sys':
        return this.#keepEntitled(frame);
      case 'ok':
        return this.#answer(frame.id, frame.sub);
      case 'err':
        return this.#answer(frame.id, { code: frame.code, msg: frame.msg, ...afterOf(frame.after) });
      case 'ev':
      case 'tick':
      case 'table':
      case 'gap':
      case 'sync':
        return this.#deliver(frame);
      default:
        return undefined;
    }
  }

  /** Without a token that the application has renewed meanwhile, the server ends the connection in time. */
  #keepEntitled(frame: Extract<ServerFrame, { k: 'ping' | 'sys' }>): void {
    if (frame.k === 'ping') this.#ticket = frame.resume ?? this.#ticket;
    if (frame.k === 'ping' || frame.kind !== 'token-expiring') return;
    const token = this.#token();
    if (token !== undefined) this.#link.send([{ op: 'refresh', id: this.#nextId++, token }]);
  }

  #welcome(frame: WelcomeFrame): void {
    this.#ticket = frame.resume;
    this.#serverOffsetMs = frame.now - this.#timers.now();
    for (const [name, entry] of this.#entries) {
      entry.channel?.reactions.setLimits(frame.limits);
      const reply = frame.subs[name];
      if (reply) this.#replied(name, entry, reply);
      // A listener was added between the hello and the welcome.
      else if (entry.feed.isWatched) this.#subscribeTo(name);
    }
  }

  #answer(id: number | undefined, reply: SubscriptionReply | undefined): void {
    if (id === undefined || !reply) return;
    for (const [name, entry] of this.#entries) {
      if (entry.pendingId === id) this.#replied(name, entry, reply);
    }
  }

  #replied(name: string, entry: Entry, reply: SubscriptionReply): void {
    entry.pendingId = undefined;
    if (!('code' in reply)) {
      entry.c = reply.c;
      if (reply.recovered) entry.feed.recovered(reply);
      else entry.feed.accepted(reply);
      entry.channel?.reactions.flush();
      // The last listener has gone since it was asked for.
      if (!entry.feed.isWatched) this.#leaveLater(name, entry);
      return;
    }
    if (reply.code >= FRAME_ERRORS.internal) {
      this.#timers.after(reply.after ?? RETRY_SUBSCRIBE_MS, () => {
        if (entry.c === undefined && entry.pendingId === undefined && entry.feed.isWatched) this.#subscribeTo(name);
      });
      return;
    }
    entry.feed.refused(reply, reply.code === FRAME_ERRORS.noSuchChannel);
  }

  #deliver(frame: Extract<ServerFrame, { c: number }> | SyncFrame): void {
    const found = [...this.#entries].find(([, entry]) => entry.c === frame.c);
    if (!found) return;
    const [name, entry] = found;
    if (frame.k === 'tick') {
      // The least delayed frame is the best witness of the server's clock.
      this.#serverOffsetMs = Math.max(this.#serverOffsetMs, frame.at - this.#timers.now());
      entry.channel?.part.tick(frame);
    } else if (frame.k === 'table') entry.channel?.part.table(frame.emotes);
    else if (frame.k === 'sync') this.#replied(name, entry, frame.sub);
    else if (frame.k === 'gap' || !entry.feed.event(frame)) this.#subscribeAgain(name, entry);
  }

  /** Entries are missing: asked for from where we are, and the old number takes no more frames. */
  #subscribeAgain(name: string, entry: Entry): void {
    this.#link.send([{ op: 'unsub', id: this.#nextId++, ch: name }]);
    entry.c = undefined;
    this.#subscribeTo(name);
  }
}

/** A feed, and from where to go on. */
function wish(name: string, { feed }: Entry): { ch: string; since?: ResumePoint } {
  const { position } = feed;
  return { ch: name, ...(position && { since: position }) };
}

function transportsOf({ transport, transports }: ConnectionOptions): readonly Transport[] {
  if (transport) return [transport];
  return transports ?? [webSocketTransport, streamTransport(), pollTransport()];
}

function afterOf(after: number | undefined): { after?: number } {
  return after === undefined ? {} : { after };
}
