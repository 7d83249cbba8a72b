import { randomBytes } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { CLOSE, NATIVE_SUBPROTOCOL, type ResumePoint } from '@ovation/protocol';
import { WebSocketServer, type WebSocket } from 'ws';
import { type AccessRule, type Caller, strangerOf } from '../callers/index.ts';
import type { FeedReader } from '../live-feeds/gap-filler.ts';
import { LiveFeeds } from '../live-feeds/live-feed.ts';
import type { Platform } from '../platform.ts';
import { ClassicSession } from './doors/classic-door.ts';
import { type ControlSource, ControlWatch } from './doors/control-watch.ts';
import type { DoorParts } from './doors/door-parts.ts';
import { type Ending, Entrance } from './doors/entitlement.ts';
import { type BoundFrame, FrameTable } from './doors/frame.ts';
import { NativeSession } from './doors/native-door.ts';
import { poll } from './doors/poll-door.ts';
import type { Session } from './doors/session.ts';
import { StreamConnection, StreamSession } from './doors/sse-door.ts';
import { type TicketKeys, Tickets } from './doors/tickets.ts';
import { gatewayMetrics } from './metrics.ts';
import { type BoundFeedKind, type Feed, FeedKinds } from './rooms/feed-kind.ts';
import { Hub } from './rooms/hub.ts';
import type { FeedRoom } from './rooms/room.ts';
import { SocketConnection, type Door, type ServerConnection } from './sockets/connection.ts';
import { SOFT_QUEUE_BYTES } from './sockets/late-connections.ts';
import { LoopDelay } from './sockets/loop-delay.ts';
import { ReadMeter } from './sockets/read-meter.ts';
import { TickRate } from './sockets/tick-rate.ts';
import { TokenBucket } from './sockets/token-bucket.ts';
import { type GatewayLimits, type Refusal, UpgradeGate } from './sockets/upgrade-gate.ts';
import { decideUpgrade, refuseUpgrade } from './sockets/upgrade-request.ts';

/** Heartbeats and deadlines of all connections: twice a second is exact enough, and one timer is cheap. */
const SWEEP_MS = 500;
/** Pings and pongs of the protocol: clients that send some at all send one in seconds. */
const CONTROL_PER_SECOND = 20;
const CONTROL_BURST = 240;
/** How long a stopping gateway waits for its peers to finish closing. */
const CLOSING_MS = 2_000;
/** Two gateways never draw the same name. */
const NODE_BYTES = 6;
/** The first peer leaves after this share of the spread. */
const SPREAD_FROM = 0.1;
/** Over how long peers come back to a gateway that restarts at once. */
const SPREAD_MS = 3_000;
export { bindFrames, type BoundFrame } from './doors/frame.ts';
export { parsePosition } from './doors/sse-events.ts';
export { type BoundFeedKind, bindFeedKinds, type Feed, FeedKinds } from './rooms/feed-kind.ts';
export type { Refusal } from './sockets/upgrade-gate.ts';

const RESTARTING = { status: 503, reason: 'draining', problem: 'The server restarts', retryAfterSeconds: 3 } as const;
const FOREIGN_PAGE = { status: 403, reason: 'page', retryAfterSeconds: undefined } as const;
/** Above the doors' own limit, so that a frame that is a little too long still gets a sentence. */
const PAYLOAD_MAX_BYTES = 65_536;

export interface Gateway extends AsyncDisposable {
  /** Mount it on the HTTP server's `upgrade` event. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  /** The kinds of feeds that it serves. */
  readonly kinds: FeedKinds;
  /**
   * Streams a feed's events to the socket of a request, from `since` on.
   * @returns why not; undefined when the stream has begun, or its peer has gone
   * @throws when the feed cannot be opened now
   */
  stream(request: StreamRequest): Promise<Refusal | undefined>;
  /**
   * The reply to a subscription at `since` as JSON, as soon as there is something new, or in time; or why there is none.
   * @throws when the feed cannot be opened now
   */
  poll(request: PollRequest): Promise<string | Refusal>;
  /** Open sockets, over all doors. */
  connections(): number;
}

/** The caller must be one that may follow the feed. */
interface FollowRequest {
  readonly feed: Feed;
  readonly since: ResumePoint | undefined;
  readonly caller: Caller;
}

interface StreamRequest extends FollowRequest {
  readonly headers: Readonly<Record<string, string>>;
  /** Takes the socket over from the HTTP server; undefined when it has closed. Called at most once. */
  readonly take: () => Duplex | undefined;
}

interface PollRequest extends FollowRequest {
  readonly timeoutMs: number;
  /** aborted when the client has gone */
  readonly signal: AbortSignal;
}

export interface GatewayParts {
  readonly feeds: FeedReader;
  readonly control: ControlSource;
  readonly access: AccessRule;
  /** what the modules of this process bring */
  readonly modules: {
    feeds(): readonly BoundFeedKind[];
    frames(): readonly BoundFrame[];
    /** that sign the tickets of clients that come back */
    ticketKeys(): TicketKeys;
  };
  /** told when the disk refused to store something */
  readonly storage: { refused(): void };
}

export interface GatewayOptions {
  /** how long peers may stay when the process is asked to stop, each to another moment, ms; 0 = none stays */
  readonly drainMs: number;
  readonly limits: GatewayLimits;
}

/** One connection that the gateway serves. */
interface Served {
  readonly session: Session;
  readonly reads: ReadMeter;
  readonly left: () => void;
  /** set while draining, ms */
  leavesAt?: number;
}

/** One hub, several doors: each connection is told what happens in the words of the door that it came by. */
export function createGateway(platform: Platform, parts: GatewayParts, options: GatewayOptions): Gateway {
  return new SocketGateway(platform, parts, options);
}

class SocketGateway implements Gateway {
  readonly kinds: FeedKinds;
  readonly #platform: Platform;
  readonly #options: GatewayOptions;
  /** the same object for every connection */
  readonly #doors: DoorParts;
  readonly #node = randomBytes(NODE_BYTES).toString('hex');
  readonly #liveFeeds: LiveFeeds;
  readonly #control: ControlWatch;
  readonly #loopDelay = new LoopDelay();
  readonly #tickRate: TickRate;
  readonly #hub: Hub;
  readonly #sweep: Disposable;
  readonly #gate: UpgradeGate;
  readonly #sessions = new Map<ServerConnection, Served>();
  readonly #server = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    // Shared frames are written past the library, which must never compress itself (gateway.md 3.1).
    // What is compressed is: without context, so that it can be shared, and what peers send on their own account.
    perMessageDeflate: { serverNoContextTakeover: true, clientNoContextTakeover: true },
    maxPayload: PAYLOAD_MAX_BYTES,
    handleProtocols: () => NATIVE_SUBPROTOCOL,
  });
  #nextConnection = 0;
  readonly #stopping = new AbortController();
  #isDraining = false;
  #empty: (() => void) | undefined;

  constructor(platform: Platform, parts: GatewayParts, options: GatewayOptions) {
    const { clock, metrics } = platform;
    this.#platform = platform;
    this.#options = options;
    this.kinds = new FeedKinds(parts.modules.feeds());
    this.#gate = new UpgradeGate(clock, options.limits);
    this.#liveFeeds = new LiveFeeds({ ...platform, feeds: parts.feeds });
    this.#control = new ControlWatch({
      ...platform,
      liveFeeds: this.#liveFeeds,
      control: parts.control,
      revoked: () => this.#closeRevoked(),
    });
    const changed = (periodMs: number) => gatewayMetrics(metrics).tickPeriod.set(periodMs / 1000);
    this.#tickRate = new TickRate({ loopDelayMs: this.#loopDelay.take, changed }, clock.now());
    changed(this.#tickRate.periodMs);
    this.#hub = new Hub({
      ...platform,
      kinds: this.kinds,
      storage: parts.storage,
      tickRate: this.#tickRate,
      node: this.#node,
      liveFeeds: this.#liveFeeds,
    });
    const tickets = new Tickets(parts.modules.ticketKeys(), clock);
    this.#doors = {
      clock,
      metrics,
      hub: this.#hub,
      node: this.#node,
      frames: new FrameTable(parts.modules.frames()),
      entrance: new Entrance({ access: parts.access, guard: this.#control, clock, tickets }),
    };
    this.#sweep = clock.every(SWEEP_MS, () => this.#sweepAll());
  }

  connections(): number {
    return this.#sessions.size;
  }

  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const decision = decideUpgrade(request);
    if (!decision.ok) return refuseUpgrade(socket, decision);
    const problem = this.#doors.entrance.pageRefusal(request);
    if (problem !== undefined) return refuseUpgrade(socket, this.#refused({ ...FOREIGN_PAGE, problem }));
    const stranger = strangerOf(request);
    const refusal = this.#refusal(stranger);
    if (refusal) return refuseUpgrade(socket, refusal);
    const { door, query } = decision;
    // Shared frames use the whole window: a client that wants a smaller one gets none compressed.
    if (request.headers['sec-websocket-extensions']?.includes('server_max_window_bits')) {
      delete request.headers['sec-websocket-extensions'];
    }
    return this.#server.handleUpgrade(request, socket, head, (webSocket) => {
      const connection = this.#connect(door, webSocket, socket);
      const asked = { streamerId: query.get('streamerId'), token: query.get('token'), stranger };
      const session =
        door === 'native'
          ? new NativeSession(connection, this.#doors, stranger)
          : new ClassicSession(connection, this.#doors, asked);
      this.#serve(connection, session, this.#gate.entered(stranger));
      this.#listen(webSocket, connection, session);
    });
  }

  async stream({ feed, since, caller, headers, take }: StreamRequest): Promise<Refusal | undefined> {
    const refusal = this.#refusal(caller);
    if (refusal) return refusal;
    // Its place is taken before anything is awaited: many may come in between.
    const left = this.#gate.entered(caller);
    let isServed = false;
    try {
      const unwelcome = await this.#entranceRefusal(caller);
      if (unwelcome) return unwelcome;
      const room = await this.#hub.open(feed, caller.network, since);
      while (!room.isReady) await room.ready;
      const socket = take();
      if (!socket || socket.destroyed) return undefined;
      this.#streamTo(socket, { room, since, caller, headers, left });
      isServed = true;
      return undefined;
    } finally {
      if (!isServed) left();
    }
  }

  async poll({ feed, since, timeoutMs, signal, caller }: PollRequest): Promise<string | Refusal> {
    const refusal = this.#isDraining ? RESTARTING : this.#gate.crowded(caller);
    if (refusal) return this.#refused(refusal);
    const left = this.#gate.entered(caller);
    try {
      const unwelcome = await this.#entranceRefusal(caller);
      if (unwelcome) return unwelcome;
      const room = await this.#hub.open(feed, caller.network, since);
      const { clock } = this.#platform;
      const either = AbortSignal.any([signal, this.#stopping.signal]);
      return await poll({ room, since, timeoutMs, clock, signal: either });
    } catch (error) {
      // It waited for a room that is no more.
      if (this.#isDraining) return this.#refused(RESTARTING);
      throw error;
    } finally {
      left();
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#isDraining) return;
    this.#isDraining = true;
    this.#stopping.abort();
    const { promise: waited, resolve } = Promise.withResolvers<void>();
    const { clock } = this.#platform;
    const { drainMs } = this.#options;
    using _deadline = clock.after(drainMs + CLOSING_MS, resolve);
    this.#empty = resolve;
    this.#sendAway(clock.now(), drainMs);
    if (this.#sessions.size > 0) await waited;
    for (const connection of this.#sessions.keys()) connection.terminate();
    this.#sweep[Symbol.dispose]();
    this.#loopDelay[Symbol.dispose]();
    this.#hub[Symbol.dispose]();
    this.#control[Symbol.dispose]();
    await this.#liveFeeds[Symbol.asyncDispose]();
    this.#server.close();
  }

  #closeRevoked(): void {
    for (const { session } of this.#sessions.values()) {
      const kind = this.#control.find(session.identity);
      if (kind) session.revoked(kind);
    }
  }

  /** Everybody at once would be a stampede at the next gateway: each is told another moment, and closed by then. */
  #sendAway(now: number, drainMs: number): void {
    const spreadMs = Math.max(SPREAD_MS, drainMs);
    for (const served of this.#sessions.values()) {
      const afterMs = Math.round((SPREAD_FROM + (1 - SPREAD_FROM) * Math.random()) * spreadMs);
      served.session.drain(afterMs);
      if (drainMs === 0) served.session.end();
      else served.leavesAt = now + afterMs;
    }
  }

  #streamTo(
    socket: Duplex,
    { left, ...start }: Pick<StreamRequest, 'since' | 'caller' | 'headers'> & { room: FeedRoom; left: () => void },
  ): void {
    const { clock, metrics } = this.#platform;
    const connection = new StreamConnection({ id: this.#nextId(), socket, metrics });
    this.#serve(connection, new StreamSession({ ...start, connection, clock }), left);
    socket.on('error', () => socket.destroy());
    socket.once('close', () => {
      connection.isOpen = false;
      this.#closed(connection);
    });
  }

  #connect(door: Door, webSocket: WebSocket, socket: Duplex): SocketConnection {
    return new SocketConnection({ id: this.#nextId(), door, webSocket, socket, metrics: this.#platform.metrics });
  }

  #nextId(): string {
    this.#nextConnection += 1;
    return `${this.#node}-${this.#nextConnection.toString(36)}`;
  }

  /** Why no caller, or none of this network, is let in now. */
  #refusal(caller: Caller): Refusal | undefined {
    const refusal = this.#isDraining ? RESTARTING : this.#gate.refusal(caller);
    return refusal && this.#refused(refusal);
  }

  /** Why the caller of a stream or a poll is not let in: it was revoked, or that is not known yet. */
  async #entranceRefusal(caller: Caller): Promise<Refusal | undefined> {
    const ending = await this.#doors.entrance.refusal(caller);
    return ending && this.#refused(refusalOfEnding(ending));
  }

  #refused(refusal: Refusal): Refusal {
    gatewayMetrics(this.#platform.metrics).socketsRefused.inc({ reason: refusal.reason });
    return refusal;
  }

  #serve(connection: ServerConnection, session: Session, left: () => void): void {
    this.#sessions.set(connection, { session, left, reads: new ReadMeter(this.#platform.clock.now()) });
    gatewayMetrics(this.#platform.metrics).websocketConnections.inc({ door: connection.door });
  }

  #closed(connection: ServerConnection): void {
    const served = this.#sessions.get(connection);
    if (!served) return;
    this.#sessions.delete(connection);
    gatewayMetrics(this.#platform.metrics).websocketConnections.dec({ door: connection.door });
    served.left();
    served.session.closed();
    if (this.#sessions.size === 0) this.#empty?.();
  }

  #listen(webSocket: WebSocket, connection: SocketConnection, session: Session): void {
    const { metrics } = this.#platform;
    // `binaryType` stays at its default, so every message is one Buffer.
    webSocket.on('message', (data) => connection.isOpen && session.receive(data as Buffer));
    const control = new TokenBucket(CONTROL_PER_SECOND, CONTROL_BURST, this.#platform.clock.now());
    const isTooMuch = () => control.take(1, this.#platform.clock.now()) > 0;
    webSocket.on('ping', () => isTooMuch() && this.#cutOff(connection));
    webSocket.on('pong', () => (isTooMuch() ? this.#cutOff(connection) : session.ponged()));
    // Frames that break the protocol: the library answers and closes, the peer is to blame.
    webSocket.on('error', () => gatewayMetrics(metrics).socketsClosed.inc({ code: 'protocol' }));
    webSocket.on('close', () => this.#closed(connection));
  }

  /** Without a close frame: a peer that floods would go on until it has read it. */
  #cutOff(connection: ServerConnection): void {
    gatewayMetrics(this.#platform.metrics).socketsClosed.inc({ code: 'flood' });
    connection.terminate();
  }

  #sweepAll(): void {
    const now = this.#platform.clock.now();
    let late = 0;
    for (const [connection, served] of this.#sessions) {
      if (connection.queued > SOFT_QUEUE_BYTES) late += 1;
      if (served.reads.isFlooded(connection.bytesRead, now)) this.#cutOff(connection);
      else if (!connection.isOpen) connection.sweep(now);
      else if (served.leavesAt !== undefined && now >= served.leavesAt) served.session.end();
      else served.session.sweep(now);
    }
    this.#hub.sweep(now);
    this.#tickRate.sweep(now, { connections: this.#sessions.size, late });
  }
}

/** What ends a socket with a close code, for a request. */
function refusalOfEnding({ code, reason }: Ending): Refusal {
  if (code === CLOSE.restart) return { ...RESTARTING, problem: reason };
  return {
    status: code === CLOSE.badToken ? 401 : 403,
    reason: 'revoked',
    problem: reason,
    retryAfterSeconds: undefined,
  };
}
