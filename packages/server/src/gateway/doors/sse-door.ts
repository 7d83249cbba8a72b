import type { Duplex } from 'node:stream';
import { CLOSE, type ResumePoint, type Revocation } from '@ovation/protocol';
import type { Caller, Identity } from '../../callers/index.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Metrics } from '../../telemetry/metrics.ts';
import { bytesReadOf, type Connection, type ServerConnection } from '../sockets/connection.ts';
import type { FeedRoom } from '../rooms/room.ts';
import { endingOf } from './entitlement.ts';
import type { Session } from './session.ts';
import { SSE_COMMENT, sseEvent } from './sse-events.ts';
import { gatewayMetrics } from '../metrics.ts';

/** Proxies close what is silent for long. */
const COMMENT_MS = 15_000;
const HARD_QUEUE_BYTES = 1_048_576;
/** What `EventSource` waits before it comes back, unless a drain says another time (ruling C10). */
const RETRY_MS = 3_000;

/** Written by hand: ten thousand streams share the frames that follow, and Node's own writer would chunk each of them. */
const HEAD = [
  'HTTP/1.1 200 OK',
  'Content-Type: text/event-stream; charset=utf-8',
  'Cache-Control: no-store, no-transform',
  'Connection: close',
  // nginx would hold events back otherwise.
  'X-Accel-Buffering: no',
  'X-Content-Type-Options: nosniff',
].join('\r\n');

/** A stream of server-sent events on the socket of its request. */
export class StreamConnection implements ServerConnection {
  readonly id: string;
  readonly door = 'sse';
  readonly deflates = false;
  isStale = false;
  isOpen = true;
  readonly #socket: Duplex;
  readonly #metrics: Metrics;

  constructor({ id, socket, metrics }: { id: string; socket: Duplex; metrics: Metrics }) {
    this.id = id;
    this.#socket = socket;
    this.#metrics = metrics;
  }

  get queued(): number {
    return this.#socket.writableLength;
  }

  get bytesRead(): number {
    return bytesReadOf(this.#socket);
  }

  write(frame: Buffer): void {
    if (!this.isOpen || !this.#socket.writable) return;
    this.#socket.write(frame);
    if (this.#socket.writableLength <= HARD_QUEUE_BYTES) return;
    gatewayMetrics(this.#metrics).slowClosed.inc({ reason: 'queue' });
    this.terminate();
  }

  /** A stream has no close code; it just ends, and `EventSource` comes back. */
  close(code: number): void {
    if (!this.isOpen) return;
    gatewayMetrics(this.#metrics).socketsClosed.inc({ code: String(code) });
    this.isOpen = false;
    this.#socket.end();
  }

  terminate(): void {
    this.isOpen = false;
    this.#socket.destroy();
  }

  sweep(): void {
    this.#socket.destroy();
  }
}

export interface StreamStart {
  readonly connection: Connection;
  readonly room: FeedRoom;
  readonly caller: Caller;
  readonly since: ResumePoint | undefined;
  readonly clock: Clock;
  /** further lines of the response's head */
  readonly headers: Readonly<Record<string, string>>;
}

/** One listener of one feed. What it sends comes by plain POST. */
export class StreamSession implements Session {
  readonly identity: Identity;
  readonly #connection: Connection;
  readonly #room: FeedRoom;
  #writtenAt: number;

  /** Joins the room; the answer to the request begins in the same turn. The room must be ready. */
  constructor({ caller, connection, room, since, clock, headers }: StreamStart) {
    this.identity = caller.identity;
    this.#connection = connection;
    this.#room = room;
    this.#writtenAt = clock.now();
    const lines = Object.entries(headers).map(([name, value]) => `\r\n${name}: ${value}`);
    room.join(connection);
    const { reply, events, id } = room.streamReply(since);
    const first = [`retry: ${RETRY_MS}\n`, sseEvent('sub', reply, id), ...events];
    connection.write(Buffer.from(`${HEAD}${lines.join('')}\r\n\r\n${first.join('')}`));
  }

  revoked(kind: Revocation['kind']): void {
    const { code } = endingOf(kind);
    this.#connection.close(code, '');
  }

  /** A stream has one direction. */
  receive(): void {}

  ponged(): void {}

  closed(): void {
    this.#room.leave(this.#connection);
  }

  sweep(now: number): void {
    if (now - this.#writtenAt < COMMENT_MS) return;
    this.#writtenAt = now;
    this.#connection.write(SSE_COMMENT);
  }

  drain(afterMs: number): void {
    const data = JSON.stringify({ k: 'sys', kind: 'drain', after: afterMs });
    this.#connection.write(Buffer.from(`retry: ${afterMs}\n${sseEvent('sys', data)}`));
  }

  end(): void {
    this.#connection.close(CLOSE.restart, 'The server restarts');
  }
}
