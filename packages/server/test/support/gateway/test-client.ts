import { once } from 'node:events';
import type { IncomingHttpHeaders } from 'node:http';
import { WebSocket } from 'ws';

export interface ClientOptions {
  readonly headers?: Record<string, string>;
  /** whether it offers compression */
  readonly deflates?: boolean;
}

/** A plain WebSocket client that remembers what it heard. */
export class Client {
  readonly socket: WebSocket;
  readonly texts: string[] = [];
  pings = 0;
  closed: { code: number; reason: string } | undefined;
  refused: { status: number; body: unknown; headers: IncomingHttpHeaders } | undefined;

  constructor(url: string, protocols: string[], { headers = {}, deflates = false }: ClientOptions) {
    this.socket = new WebSocket(url, protocols, { headers, perMessageDeflate: deflates });
    // With the default `binaryType` a message is one Buffer.
    this.socket.on('message', (data) => this.texts.push((data as Buffer).toString()));
    this.socket.on('ping', () => (this.pings += 1));
    this.socket.on('close', (code, reason) => (this.closed = { code, reason: reason.toString() }));
    this.socket.on('error', () => undefined);
    this.socket.on('unexpected-response', (_, response) => {
      let body = '';
      response.on('data', (chunk) => (body += String(chunk)));
      response.on('end', () => {
        const { statusCode: status = 0, headers: answered } = response;
        this.refused = { status, body: JSON.parse(body) as unknown, headers: answered };
      });
    });
  }

  get frames(): Record<string, unknown>[] {
    return this.texts.flatMap((text) => text.split('\n').map((line) => JSON.parse(line) as Record<string, unknown>));
  }

  async opened(): Promise<this> {
    if (this.socket.readyState === WebSocket.CONNECTING) await once(this.socket, 'open');
    return this;
  }

  /** Resolves when the server has heard everything that was sent so far, pongs too, or has closed. */
  async heard(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.socket.once('pong', resolve).once('close', resolve);
    if (this.closed) resolve();
    else this.socket.ping();
    await promise;
    this.socket.off('pong', resolve).off('close', resolve);
  }

  send(...frames: unknown[]): void {
    this.socket.send(frames.map((frame) => JSON.stringify(frame)).join('\n'));
  }

  of(k: string): Record<string, unknown>[] {
    return this.frames.filter((frame) => frame['k'] === k || frame['type'] === k);
  }
}
