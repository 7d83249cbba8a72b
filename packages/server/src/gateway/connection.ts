import type { Duplex } from 'node:stream';
import { CLOSE } from '@ovation/protocol';
import type { WebSocket } from 'ws';
import type { Metrics } from '../telemetry/metrics.ts';

export type Door = 'native' | 'classic';

/** Above this queue a connection gets no volatile frames. */
const SOFT_QUEUE_BYTES = 65_536;
/** Above this it is closed: it comes back with a fresh state, which is cheaper than its backlog. */
const HARD_QUEUE_BYTES = 1_048_576;
/** A peer that does not answer the closing handshake is cut off after this. */
const CLOSING_MS = 2_000;

/** One open socket, whatever its door. Everything that goes out goes through `write`. */
export interface Connection {
  readonly id: string;
  readonly door: Door;
  readonly isOpen: boolean;
  /** too much is queued: volatile frames would only make it worse */
  readonly isSlow: boolean;
  /** Writes a whole frame. A connection that lets too much pile up is closed instead. */
  write(frame: Buffer): void;
  close(code: number, reason: string): void;
  /** Ends it without a handshake. */
  terminate(): void;
}

export interface SocketConnectionParts {
  readonly id: string;
  readonly door: Door;
  readonly webSocket: WebSocket;
  /** the socket of the HTTP upgrade: shared frames go to it directly, past the library's own framing */
  readonly socket: Duplex;
  readonly metrics: Metrics;
}

export class SocketConnection implements Connection {
  readonly id: string;
  readonly door: Door;
  readonly #webSocket: WebSocket;
  readonly #socket: Duplex;
  readonly #metrics: Metrics;
  #closingSince: number | undefined;

  constructor({ id, door, webSocket, socket, metrics }: SocketConnectionParts) {
    this.id = id;
    this.door = door;
    this.#webSocket = webSocket;
    this.#socket = socket;
    this.#metrics = metrics;
  }

  get isOpen(): boolean {
    return this.#webSocket.readyState === this.#webSocket.OPEN;
  }

  get isSlow(): boolean {
    return this.#socket.writableLength > SOFT_QUEUE_BYTES;
  }

  write(frame: Buffer): void {
    // After a close frame nothing may follow, and a socket that is gone takes nothing.
    if (!this.isOpen || !this.#socket.writable) return;
    this.#socket.write(frame);
    if (this.#socket.writableLength > HARD_QUEUE_BYTES) this.close(CLOSE.slow, 'slow, come back');
  }

  close(code: number, reason: string): void {
    if (!this.isOpen) return;
    this.#metrics.socketsClosed.inc({ code: String(code) });
    this.#webSocket.close(code, reason);
  }

  terminate(): void {
    this.#webSocket.terminate();
  }

  /** Called by the sweep: cuts off a peer that does not finish closing. */
  sweep(now: number): void {
    if (this.isOpen) return;
    this.#closingSince ??= now;
    if (now - this.#closingSince >= CLOSING_MS) this.terminate();
  }
}
