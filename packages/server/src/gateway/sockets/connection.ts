import type { Duplex } from 'node:stream';
import { CLOSE } from '@ovation/protocol';
import type { WebSocket } from 'ws';
import type { Metrics } from '../../telemetry/metrics.ts';
import { gatewayMetrics } from '../metrics.ts';

export const DOORS = ['native', 'classic', 'sse', 'poll'] as const;
export type Door = (typeof DOORS)[number];

/** Above this it is closed: it comes back with a fresh state, which is cheaper than its backlog. */
const HARD_QUEUE_BYTES = 1_048_576;
/** A peer that does not answer the closing handshake is cut off after this. */
const CLOSING_MS = 2_000;

/** One open socket, whatever its door. Everything that goes out goes through `write`. */
export interface Connection {
  readonly id: string;
  readonly door: Door;
  readonly isOpen: boolean;
  /** bytes that wait in this process; the kernel hides some megabytes more */
  readonly queued: number;
  /** the peer has acknowledged a position that was overtaken more than 10 s ago */
  isStale: boolean;
  /** it agreed to compressed frames */
  readonly deflates: boolean;
  /** Writes a whole frame. A connection that lets too much pile up is closed instead. */
  write(frame: Buffer): void;
  close(code: number, reason: string): void;
  /** Ends it without a handshake. */
  terminate(): void;
}

/** As the gateway that holds it sees it. */
export interface ServerConnection extends Connection {
  /** Bytes that the peer has sent. */
  readonly bytesRead: number;
  /** Called twice a second once it is closed: cuts off a peer that does not finish closing. */
  sweep(now: number): void;
}

export interface SocketConnectionParts {
  readonly id: string;
  readonly door: Door;
  readonly webSocket: WebSocket;
  /** the socket of the HTTP upgrade: shared frames go to it directly, past the library's own framing */
  readonly socket: Duplex;
  readonly metrics: Metrics;
}

export class SocketConnection implements ServerConnection {
  readonly id: string;
  readonly door: Door;
  readonly #webSocket: WebSocket;
  readonly #socket: Duplex;
  readonly #metrics: Metrics;
  readonly deflates: boolean;
  isStale = false;
  #closingSince: number | undefined;

  constructor({ id, door, webSocket, socket, metrics }: SocketConnectionParts) {
    this.id = id;
    this.door = door;
    this.#webSocket = webSocket;
    this.#socket = socket;
    this.#metrics = metrics;
    this.deflates = webSocket.extensions.includes('permessage-deflate');
  }

  get isOpen(): boolean {
    return this.#webSocket.readyState === this.#webSocket.OPEN;
  }

  get queued(): number {
    return this.#socket.writableLength;
  }

  get bytesRead(): number {
    return bytesReadOf(this.#socket);
  }

  write(frame: Buffer): void {
    // After a close frame nothing may follow, and a socket that is gone takes nothing.
    if (!this.isOpen || !this.#socket.writable) return;
    // True below the socket's own mark, which lies far below ours.
    if (this.#socket.write(frame) || this.#socket.writableLength <= HARD_QUEUE_BYTES) return;
    gatewayMetrics(this.#metrics).slowClosed.inc({ reason: 'queue' });
    this.close(CLOSE.slow, 'slow, come back');
  }

  close(code: number, reason: string): void {
    if (!this.isOpen) return;
    gatewayMetrics(this.#metrics).socketsClosed.inc({ code: String(code) });
    this.#webSocket.close(code, reason);
    // What a peer that floods still sends is not even read.
    if (code === CLOSE.flooding) this.#webSocket.pause();
  }

  terminate(): void {
    this.#webSocket.terminate();
  }

  sweep(now: number): void {
    if (this.isOpen) return;
    this.#closingSince ??= now;
    if (now - this.#closingSince >= CLOSING_MS) this.terminate();
  }
}

/** Of a TCP socket; a socket of a test may not count. */
export function bytesReadOf(socket: Duplex): number {
  return 'bytesRead' in socket ? Number(socket.bytesRead) : 0;
}
