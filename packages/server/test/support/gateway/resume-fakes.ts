import { oneTicketKey } from './one-ticket-key.ts';
import {
  channelFeed,
  type EventFrame,
  type FeedPosition,
  type ServerFrame,
  type SubscriptionReply,
} from '@ovation/protocol';
import type { LiveBus } from '../../../src/ports/live-bus.ts';
import type { ManualClock } from '../manual-clock.ts';
import { silentLogger } from '../../../src/telemetry/logger.ts';
import { createMetrics } from '../../../src/telemetry/metrics.ts';
import type { Connection } from '../../../src/gateway/sockets/connection.ts';
import { callerFrom, FakeChannels } from './door-fakes.ts';
import { settle, type FakeBus, type FakeFeedLog, type FakeStore } from './feed-fakes.ts';
import { ControlWatch } from '../../../src/gateway/doors/control-watch.ts';
import { Hub } from '../../../src/gateway/rooms/hub.ts';
import { LiveFeeds } from '../../../src/live-feeds/live-feed.ts';
import type { DoorParts } from '../../../src/gateway/doors/door-parts.ts';
import { Entrance } from '../../../src/gateway/doors/entitlement.ts';
import { FrameTable } from '../../../src/gateway/doors/frame.ts';
import { NativeSession } from '../../../src/gateway/doors/native-door.ts';
import { bindFeedKinds, FeedKinds } from '../../../src/gateway/rooms/feed-kind.ts';
import { createAccess } from '../../../src/modules/access/index.ts';
import type { Channels } from '../../../src/modules/channels/index.ts';
import { feeds as channelFeeds } from '../../../src/modules/reactions/feeds.ts';
import type { Platform } from '../../../src/platform.ts';
import { Tickets } from '../../../src/gateway/doors/tickets.ts';

/** For tests: gateways that share a store, a log and a bus, and viewers without sockets that keep count. */

const FEED = channelFeed('demo');

export interface Backends {
  readonly clock: ManualClock;
  readonly bus: FakeBus;
  readonly store: FakeStore;
  readonly eventLog: FakeFeedLog;
}

/** One gateway without its sockets. It can be deaf to the bus while others hear it. */
export class FakeGateway implements AsyncDisposable {
  isDeaf = false;
  readonly doors: DoorParts;
  readonly #hub: Hub;
  readonly #liveFeeds: LiveFeeds;
  readonly #control: ControlWatch;

  constructor({ clock, bus, store, eventLog }: Backends, node: string) {
    const ownBus: LiveBus = {
      publish: (subject, message) => bus.publish(subject, message),
      // A bus somewhere else takes its time to confirm.
      subscribe: async (subject, listener) => {
        await settle(2);
        return bus.subscribe(subject, (message) => this.isDeaf || listener(message));
      },
      [Symbol.asyncDispose]: async () => {},
    };
    const parts = {
      bus: ownBus,
      clock,
      logger: silentLogger(),
      metrics: createMetrics(),
      feeds: store,
      eventLog: eventLog.port,
      node,
    };
    const source = {
      platform: parts as unknown as Platform, // the feed's kind needs only these ports
      channels: new FakeChannels() as unknown as Channels, // its feed asks for no more
      moments: { recent: async () => [], secondsStill: () => 0 },
      reactions: { setOpen: () => undefined },
    };
    this.#liveFeeds = new LiveFeeds(parts);
    this.#control = new ControlWatch({
      ...parts,
      liveFeeds: this.#liveFeeds,
      control: { revocations: async () => [] },
      revoked: () => undefined,
    });
    this.#hub = new Hub({
      ...parts,
      kinds: new FeedKinds(bindFeedKinds(channelFeeds, source)),
      liveFeeds: this.#liveFeeds,
      storage: { refused: () => undefined },
      tickRate: { periodMs: 200 },
    });
    const access = createAccess({ mode: 'open', secret: undefined });
    const tickets = new Tickets(oneTicketKey('key'), clock);
    const entrance = new Entrance({ access, clock, guard: this.#control, tickets });
    this.doors = { ...parts, hub: this.#hub, entrance, frames: new FrameTable([]) };
  }

  sweep(now: number): void {
    this.#hub.sweep(now);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#hub[Symbol.dispose]();
    this.#control[Symbol.dispose]();
    await this.#liveFeeds[Symbol.asyncDispose]();
  }
}

/**
 * A viewer of one channel that checks every entry it is given: the next one, or an announced new start.
 * @throws when an entry is repeated or missing
 */
export class Viewer {
  position: FeedPosition | undefined;
  /** snapshots after the first one */
  resets = 0;
  recovered = 0;
  /** every entry that this position was reached by, as it was told last */
  readonly told = new Map<number, EventFrame>();
  /** entries of which it heard that they were deleted */
  readonly #deleted = new Set<number>();
  #session: NativeSession | undefined;
  #connection: { isOpen: boolean } = { isOpen: false };
  /** written by the gateway, not yet read here: a dying socket loses them */
  #unread: Buffer[] = [];
  #c: number | undefined;
  #nextId = 1;

  get isConnected(): boolean {
    return this.#connection.isOpen;
  }

  connect(gateway: FakeGateway): void {
    const connection = new MemoryConnection((frame) => this.#unread.push(frame));
    this.#connection = connection;
    this.#session = new NativeSession(connection, gateway.doors, callerFrom('203.0.113.7'));
    this.#say({ op: 'hello', subs: [{ ch: FEED, ...this.#since() }] });
  }

  /** What was not read is lost. */
  disconnect(): void {
    this.#connection.isOpen = false;
    this.#session?.closed();
    this.#unread = [];
    this.#c = undefined;
  }

  read(): void {
    const frames = this.#unread;
    this.#unread = [];
    for (const frame of frames)
      for (const line of textOf(frame).split('\n')) this.#hear(JSON.parse(line) as ServerFrame);
  }

  #hear(frame: ServerFrame): void {
    if (frame.k === 'welcome') this.#replied(frame.subs[FEED]);
    else if (frame.k === 'ok') this.#replied(frame.sub);
    else if (frame.k === 'err') this.#again(frame.code);
    else if (frame.k === 'ev' && frame.c === this.#c) this.#entry(frame);
    else if (frame.k === 'gap' && frame.c === this.#c) this.#again(154);
  }

  #replied(reply: SubscriptionReply | undefined): void {
    if (!reply) return;
    if ('code' in reply) {
      this.#again(reply.code);
      return;
    }
    this.#c = reply.c;
    if (reply.recovered) {
      this.recovered += 1;
      for (const event of reply.events) this.#entry(event);
      for (const { o, y } of reply.events) {
        if (this.#deleted.has(o) && y !== 'tombstone') throw new Error(`Replayed ${o}, which is deleted`);
      }
      if (reply.o !== this.position?.o) throw new Error(`Replayed up to ${this.position?.o}, but said ${reply.o}`);
      return;
    }
    if (this.position) this.resets += 1;
    this.told.clear();
    this.#deleted.clear();
    this.position = { e: reply.e, o: reply.o };
  }

  #entry(frame: EventFrame): void {
    const { o } = frame;
    if (!this.position || o !== this.position.o + 1) throw new Error(`Got ${o} after ${this.position?.o}`);
    this.told.set(o, frame);
    if (frame.y === 'del') this.#deleted.add(frame.d.seq);
    this.position = { ...this.position, o };
  }

  #again(code: number): void {
    if (code < 150) throw new Error(`Refused for good with ${code}`);
    this.#c = undefined;
    this.#say({ op: 'sub', id: this.#nextId, ch: FEED, ...this.#since() });
    this.#nextId += 1;
  }

  #since(): object {
    return this.position ? { since: this.position } : {};
  }

  #say(frame: object): void {
    this.#session?.receive(Buffer.from(JSON.stringify(frame)));
  }
}

class MemoryConnection implements Connection {
  readonly id = 'memory';
  readonly door = 'native';
  readonly queued = 0;
  readonly deflates = false;
  isStale = false;
  isOpen = true;
  readonly write: (frame: Buffer) => void;

  constructor(write: (frame: Buffer) => void) {
    this.write = write;
  }

  close(code: number): void {
    throw new Error(`Closed with ${code}`);
  }
  terminate(): void {}
}

function textOf(frame: Buffer): string {
  const length = frame[1] ?? 0;
  const head = { 126: 4, 127: 10 }[length] ?? 2;
  return frame.subarray(head).toString();
}
