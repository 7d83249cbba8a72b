import { randomBytes } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { NATIVE_SUBPROTOCOL, type ResumePoint } from '@ovation/protocol';
import { WebSocketServer, type WebSocket } from 'ws';
import type { AccessRule } from '../callers/index.ts';
import type { Control } from '../modules/revocations/index.ts';
import type { Reactions } from '../modules/reactions/index.ts';
import type { Clock } from '../ports/clock.ts';
import type { Database } from '../ports/database.ts';
import type { EventLog } from '../ports/event-log.ts';
import type { LiveBus } from '../ports/live-bus.ts';
import type { Logger } from '../telemetry/logger.ts';
import type { Metrics } from '../telemetry/metrics.ts';
import type { ChannelReader, MomentReader } from './rooms/channel-watch.ts';
import { ClassicSession, type ClassicDoorParts } from './doors/classic-door.ts';
import { SocketConnection, type Door, type ServerConnection } from './sockets/connection.ts';
import { ControlWatch } from './doors/control-watch.ts';
import type { FeedReader } from '../live-feeds/gap-filler.ts';
import { Hub } from './rooms/hub.ts';
import { SOFT_QUEUE_BYTES } from './sockets/late-connections.ts';
import { LiveFeeds } from '../live-feeds/live-feed.ts';
import { NativeSession, type NativeDoorParts } from './doors/native-door.ts';
import { isTrustedOrigin } from '../callers/index.ts';
import { poll } from './doors/poll-door.ts';
import type { Session } from './doors/session.ts';
import { StreamConnection, StreamSession } from './doors/sse-door.ts';
import { Tickets } from './doors/tickets.ts';
import { TickRate } from './sockets/tick-rate.ts';
import { WORDINGS } from './doors/wordings.ts';
import { DEFAULT_LIMITS, UpgradeGate, type GatewayLimits, type Refusal } from './sockets/upgrade-gate.ts';
import { decideUpgrade, refuseUpgrade } from './sockets/upgrade-request.ts';
import { gatewayMetrics } from './metrics.ts';

/** Heartbeats and deadlines of all connections: twice a second is exact enough, and one timer is cheap. */
const SWEEP_MS = 500;
/** How long a stopping gateway waits for its peers to finish closing. */
const CLOSING_MS = 2_000;
/** Over how long peers come back to a gateway that restarts at once. */
const SPREAD_MS = 3_000;
export { LoopDelay } from './sockets/loop-delay.ts';
export { parsePosition } from './doors/sse-events.ts';
export type { Refusal } from './sockets/upgrade-gate.ts';

const RESTARTING = { status: 503, reason: 'draining', problem: 'The server restarts', retryAfterSeconds: 3 } as const;
/** Above the doors' own limit, so that a frame that is a little too long still gets a sentence. */
const PAYLOAD_MAX_BYTES = 65_536;

export interface Gateway extends AsyncDisposable {
  /** Mount it on the HTTP server's `upgrade` event. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  /**
   * Streams a channel's events to the socket of a request, from `since` on.
   * @returns why not; undefined when the stream has begun, or its peer has gone
   * @throws when the channel cannot be opened now
   */
  stream(request: StreamRequest): Promise<Refusal | undefined>;
  /**
   * The reply to a subscription at `since` as JSON, as soon as there is something new, or in time; or why there is none.
   * @throws when the channel cannot be opened now
   */
  poll(request: PollRequest): Promise<string | Refusal>;
  /** Open sockets, over all doors. */
  connections(): number;
}

interface StreamRequest {
  /** must exist */
  readonly channel: string;
  readonly since: ResumePoint | undefined;
  readonly address: string | undefined;
  readonly headers: Readonly<Record<string, string>>;
  /** Takes the socket over from the HTTP server; undefined when it has closed. Called at most once. */
  readonly take: () => Duplex | undefined;
}

interface PollRequest {
  readonly channel: string;
  readonly since: ResumePoint | undefined;
  readonly address: string | undefined;
  readonly timeoutMs: number;
  /** aborted when the asker has gone */
  readonly signal: AbortSignal;
}

export interface GatewayParts {
  readonly database: Pick<Database, 'epoch'>;
  readonly eventLog: EventLog;
  readonly bus: LiveBus;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly channels: ChannelReader & ClassicDoorParts['channels'];
  readonly feeds: FeedReader;
  readonly moments: MomentReader;
  readonly reactions: Pick<Reactions, 'count'>;
  readonly access: AccessRule;
  readonly control: Pick<Control, 'revocations' | 'checkTimeline'>;
  /** how long peers may stay when the process is asked to stop, each to another moment; 0 = nobody stays */
  readonly drainMs?: number;
  readonly socketLimits?: GatewayLimits;
  /** p99 of the event loop's delay since the last call, ms; nobody asks the loop when left out */
  readonly loopDelayMs?: () => number;
  /** signs the tickets of those who come back; the same on all gateways, else one gateway's are worth nothing at another */
  readonly ticketKey?: Uint8Array;
  /** whether the server listens on loopback only; the careful answer when left out */
  readonly hostIsLoopback?: boolean;
}

/** One connection that the gateway serves. */
interface Served {
  readonly session: Session;
  readonly left: () => void;
  /** set while draining, ms */
  leavesAt?: number;
}

/** One hub, several doors: who is here is told what happens, in the words of the door they came by. */
export function createGateway(parts: GatewayParts): Gateway {
  return new SocketGateway(parts);
}

class SocketGateway implements Gateway {
  readonly #parts: GatewayParts;
  /** the same object for every connection of a door */
  readonly #doors: { readonly native: NativeDoorParts; readonly classic: ClassicDoorParts };
  readonly #node = randomBytes(6).toString('hex');
  readonly #liveFeeds: LiveFeeds;
  readonly #control: ControlWatch;
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

  constructor(parts: GatewayParts) {
    this.#parts = parts;
    this.#gate = new UpgradeGate(parts.clock, parts.socketLimits ?? DEFAULT_LIMITS);
    this.#liveFeeds = new LiveFeeds({
      ...parts,
      epoch: parts.database.epoch,
      storeIsBehind: () => void this.#checkTimeline(),
    });
    this.#control = new ControlWatch({
      ...parts,
      liveFeeds: this.#liveFeeds,
      revocations: () => parts.control.revocations(),
      revoked: () => this.#closeRevoked(),
    });
    this.#tickRate = new TickRate(
      {
        loopDelayMs: parts.loopDelayMs ?? (() => 0),
        changed: (periodMs) => gatewayMetrics(parts.metrics).tickPeriod.set(periodMs / 1000),
      },
      parts.clock.now(),
    );
    gatewayMetrics(parts.metrics).tickPeriod.set(this.#tickRate.periodMs / 1000);
    this.#hub = new Hub({
      ...parts,
      tickRate: this.#tickRate,
      node: this.#node,
      liveFeeds: this.#liveFeeds,
      wordings: WORDINGS,
    });
    this.#doors = {
      native: {
        ...parts,
        hub: this.#hub,
        node: this.#node,
        guard: this.#control,
        tickets: new Tickets(parts.ticketKey ?? randomBytes(32), parts.clock),
      },
      classic: { ...parts, hub: this.#hub, guard: this.#control },
    };
    this.#sweep = parts.clock.every(SWEEP_MS, () => this.#sweepAll());
  }

  connections(): number {
    return this.#sessions.size;
  }

  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const decision = decideUpgrade(request);
    if (!decision.ok) return refuseUpgrade(socket, decision);
    const { remoteAddress } = request.socket;
    const refusal = this.#refusal(remoteAddress);
    if (refusal) return refuseUpgrade(socket, refusal);
    const { door, query } = decision;
    return this.#server.handleUpgrade(request, socket, head, (webSocket) => {
      const connection = this.#connect(door, webSocket, socket);
      const isTrusted = this.#isTrusted(request);
      const asked = { streamerId: query.get('streamerId'), token: query.get('token'), isTrusted };
      const session =
        door === 'native'
          ? new NativeSession(connection, this.#doors.native)
          : new ClassicSession(connection, this.#doors.classic, asked);
      this.#serve(connection, session, this.#gate.entered(remoteAddress));
      this.#listen(webSocket, connection, session);
    });
  }

  async stream({ channel, since, address, headers, take }: StreamRequest): Promise<Refusal | undefined> {
    const refusal = this.#refusal(address);
    if (refusal) return refusal;
    // Its place is taken before the room is open: many may come in between.
    const left = this.#gate.entered(address);
    let isServed = false;
    try {
      const room = await this.#hub.open(channel, since);
      while (!room.isReady) await room.ready;
      const socket = take();
      if (!socket || socket.destroyed) return undefined;
      const { clock, metrics } = this.#parts;
      const connection = new StreamConnection({ id: this.#nextId(), socket, metrics });
      this.#serve(connection, new StreamSession({ connection, room, since, clock, headers }), left);
      isServed = true;
      socket.on('error', () => socket.destroy());
      socket.once('close', () => {
        connection.isOpen = false;
        this.#closed(connection);
      });
      return undefined;
    } finally {
      if (!isServed) left();
    }
  }

  async poll({ channel, since, timeoutMs, signal, address }: PollRequest): Promise<string | Refusal> {
    const refusal = this.#isDraining ? RESTARTING : this.#gate.crowded(address);
    if (refusal) return this.#refused(refusal);
    const left = this.#gate.entered(address);
    try {
      const room = await this.#hub.open(channel, since);
      const { clock } = this.#parts;
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
    const { clock, drainMs = 0 } = this.#parts;
    using _deadline = clock.after(drainMs + CLOSING_MS, resolve);
    this.#empty = resolve;
    this.#sendAway(clock.now(), drainMs);
    if (this.#sessions.size > 0) await waited;
    for (const connection of this.#sessions.keys()) connection.terminate();
    this.#sweep[Symbol.dispose]();
    this.#hub[Symbol.dispose]();
    this.#control[Symbol.dispose]();
    await this.#liveFeeds[Symbol.asyncDispose]();
    this.#server.close();
  }

  async #checkTimeline(): Promise<void> {
    const { control, logger } = this.#parts;
    try {
      await control.checkTimeline();
    } catch (error) {
      logger.warn({ err: error }, 'an entry that the database does not know could not be looked up in the log');
    }
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
      const afterMs = Math.round((0.1 + 0.9 * Math.random()) * spreadMs);
      served.session.drain(afterMs);
      if (drainMs === 0) served.session.end();
      else served.leavesAt = now + afterMs;
    }
  }

  #isTrusted({ headers }: IncomingMessage): boolean {
    return isTrustedOrigin(headers.origin, headers.host, this.#parts.hostIsLoopback ?? true);
  }

  #connect(door: Door, webSocket: WebSocket, socket: Duplex): SocketConnection {
    return new SocketConnection({ id: this.#nextId(), door, webSocket, socket, metrics: this.#parts.metrics });
  }

  #nextId(): string {
    this.#nextConnection += 1;
    return `${this.#node}-${this.#nextConnection.toString(36)}`;
  }

  /** Why nobody, or nobody of this address, is let in now. */
  #refusal(address: string | undefined): Refusal | undefined {
    const refusal = this.#isDraining ? RESTARTING : this.#gate.refusal(address);
    return refusal && this.#refused(refusal);
  }

  #refused(refusal: Refusal): Refusal {
    gatewayMetrics(this.#parts.metrics).socketsRefused.inc({ reason: refusal.reason });
    return refusal;
  }

  #serve(connection: ServerConnection, session: Session, left: () => void): void {
    this.#sessions.set(connection, { session, left });
    gatewayMetrics(this.#parts.metrics).websocketConnections.inc({ door: connection.door });
  }

  #closed(connection: ServerConnection): void {
    const served = this.#sessions.get(connection);
    if (!served) return;
    this.#sessions.delete(connection);
    gatewayMetrics(this.#parts.metrics).websocketConnections.dec({ door: connection.door });
    served.left();
    served.session.closed();
    if (this.#sessions.size === 0) this.#empty?.();
  }

  #listen(webSocket: WebSocket, connection: SocketConnection, session: Session): void {
    const { metrics } = this.#parts;
    // `binaryType` stays at its default, so every message is one Buffer.
    webSocket.on('message', (data) => connection.isOpen && session.receive(data as Buffer));
    webSocket.on('pong', () => session.ponged());
    // Frames that break the protocol: the library answers and closes, the peer is to blame.
    webSocket.on('error', () => gatewayMetrics(metrics).socketsClosed.inc({ code: 'protocol' }));
    webSocket.on('close', () => this.#closed(connection));
  }

  #sweepAll(): void {
    const now = this.#parts.clock.now();
    let late = 0;
    for (const [connection, served] of this.#sessions) {
      if (connection.queued > SOFT_QUEUE_BYTES) late += 1;
      if (!connection.isOpen) connection.sweep(now);
      else if (served.leavesAt !== undefined && now >= served.leavesAt) served.session.end();
      else served.session.sweep(now);
    }
    this.#hub.sweep(now);
    this.#tickRate.sweep(now, { connections: this.#sessions.size, late });
  }
}
