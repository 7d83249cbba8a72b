import { randomBytes } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { NATIVE_SUBPROTOCOL } from '@ovation/protocol';
import { WebSocketServer, type WebSocket } from 'ws';
import type { Access } from '../modules/access/index.ts';
import type { Reactions } from '../modules/reactions/index.ts';
import type { Clock } from '../ports/clock.ts';
import type { Database } from '../ports/database.ts';
import type { EventLog } from '../ports/event-log.ts';
import type { LiveBus } from '../ports/live-bus.ts';
import type { Log } from '../telemetry/log.ts';
import type { Metrics } from '../telemetry/metrics.ts';
import type { ChannelReader, MomentReader } from './channel-watch.ts';
import { ClassicSession, type ClassicDoorParts } from './classic-door.ts';
import { encodeClassic } from './classic-frames.ts';
import { SocketConnection, type Door } from './connection.ts';
import type { FeedReader } from './gap-filler.ts';
import { Hub } from './hub.ts';
import { LiveFeeds } from './live-feed.ts';
import { NativeSession, type NativeDoorParts } from './native-door.ts';
import { encodeNative } from './native-frames.ts';
import { isTrustedOrigin } from './origin.ts';
import type { Session } from './session.ts';
import { decideUpgrade, refuseUpgrade } from './upgrade-request.ts';

/** Heartbeats and deadlines of all connections: twice a second is exact enough, and one timer is cheap. */
const SWEEP_MS = 500;
/** How long a stopping gateway waits for its peers to close. */
const DRAIN_MS = 2_000;
/** Above the doors' own limit, so that a frame that is a little too long still gets a sentence. */
const PAYLOAD_MAX_BYTES = 65_536;

export interface Gateway extends AsyncDisposable {
  /** Mount it on the HTTP server's `upgrade` event. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  /** Open sockets, over all doors. */
  connections(): number;
}

export interface GatewayParts {
  readonly database: Pick<Database, 'epoch'>;
  readonly eventLog: EventLog;
  readonly bus: LiveBus;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly channels: ChannelReader & ClassicDoorParts['channels'];
  readonly feeds: FeedReader;
  readonly moments: MomentReader;
  readonly reactions: Pick<Reactions, 'count'>;
  readonly access: Access;
  /** whether the server listens on loopback only; the careful answer when left out */
  readonly hostIsLoopback?: boolean;
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
  readonly #hub: Hub;
  readonly #sweep: Disposable;
  readonly #sessions = new Map<SocketConnection, Session>();
  readonly #server = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    // Shared frames are written past the library, so it must never compress (gateway.md 3.1).
    perMessageDeflate: false,
    maxPayload: PAYLOAD_MAX_BYTES,
    handleProtocols: () => NATIVE_SUBPROTOCOL,
  });
  #nextConnection = 1;
  #isDraining = false;
  #empty: (() => void) | undefined;

  constructor(parts: GatewayParts) {
    this.#parts = parts;
    this.#liveFeeds = new LiveFeeds({ ...parts, epoch: parts.database.epoch });
    this.#hub = new Hub({
      ...parts,
      node: this.#node,
      liveFeeds: this.#liveFeeds,
      encoders: { native: encodeNative, classic: encodeClassic },
    });
    this.#doors = {
      native: { ...parts, hub: this.#hub, node: this.#node },
      classic: { ...parts, hub: this.#hub },
    };
    this.#sweep = parts.clock.every(SWEEP_MS, () => this.#sweepAll());
  }

  connections(): number {
    return this.#sessions.size;
  }

  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    if (this.#isDraining) return refuseUpgrade(socket, 503, 'The server restarts');
    const decision = decideUpgrade(request);
    if (!decision.ok) return refuseUpgrade(socket, decision.status, decision.problem);
    const { door, query } = decision;
    return this.#server.handleUpgrade(request, socket, head, (webSocket) => {
      const connection = this.#connect(door, webSocket, socket);
      const isTrusted = this.#isTrusted(request);
      const asked = { streamerId: query.get('streamerId'), token: query.get('token'), isTrusted };
      const session =
        door === 'native'
          ? new NativeSession(connection, this.#doors.native)
          : new ClassicSession(connection, this.#doors.classic, asked);
      this.#serve(webSocket, connection, session);
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#isDraining) return;
    this.#isDraining = true;
    const { promise: waited, resolve } = Promise.withResolvers<void>();
    using _deadline = this.#parts.clock.after(DRAIN_MS, resolve);
    this.#empty = resolve;
    for (const session of this.#sessions.values()) session.drain();
    if (this.#sessions.size > 0) await waited;
    for (const connection of this.#sessions.keys()) connection.terminate();
    this.#sweep[Symbol.dispose]();
    this.#hub[Symbol.dispose]();
    await this.#liveFeeds[Symbol.asyncDispose]();
    this.#server.close();
  }

  #isTrusted({ headers }: IncomingMessage): boolean {
    return isTrustedOrigin(headers.origin, headers.host, this.#parts.hostIsLoopback ?? true);
  }

  #connect(door: Door, webSocket: WebSocket, socket: Duplex): SocketConnection {
    const id = `${this.#node}-${this.#nextConnection.toString(36)}`;
    this.#nextConnection += 1;
    return new SocketConnection({ id, door, webSocket, socket, metrics: this.#parts.metrics });
  }

  #serve(webSocket: WebSocket, connection: SocketConnection, session: Session): void {
    const { metrics } = this.#parts;
    const { door } = connection;
    this.#sessions.set(connection, session);
    metrics.websocketConnections.inc({ door });
    // `binaryType` stays at its default, so every message is one Buffer.
    webSocket.on('message', (data) => connection.isOpen && session.receive(data as Buffer));
    webSocket.on('pong', () => session.ponged());
    // Frames that break the protocol: the library answers and closes, the peer is to blame.
    webSocket.on('error', () => metrics.socketsClosed.inc({ code: 'protocol' }));
    webSocket.on('close', () => {
      if (!this.#sessions.delete(connection)) return;
      metrics.websocketConnections.dec({ door });
      session.closed();
      if (this.#sessions.size === 0) this.#empty?.();
    });
  }

  #sweepAll(): void {
    const now = this.#parts.clock.now();
    for (const [connection, session] of this.#sessions) {
      if (connection.isOpen) session.sweep(now);
      else connection.sweep(now);
    }
    this.#hub.sweep(now);
  }
}
