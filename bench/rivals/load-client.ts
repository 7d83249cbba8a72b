import { randomBytes } from 'node:crypto';
import { connect, type Socket } from 'node:net';
import { FrameReader, maskedFrame } from './frame-reader.ts';

export type Dialect = 'ovation' | 'ws' | 'socket.io';

export interface Greeting {
  /** feed that it subscribes to */
  feed: string;
  token?: string;
}

/** Everybody's: what arrives is read before the next socket is looked at. */
const SHARED = Buffer.alloc(262_144);
/** How long one that was told to come back waits. */
const RETRY_MS = 250;

export interface ClientEvents {
  /** `count` messages in one frame, the first of which the server dated `at`; 0 when it did not */
  messages(client: LoadClient, count: number, at: number): void;
  /** a tick: volatile, dated */
  tick(client: LoadClient, at: number, text: () => string): void;
}

/** One WebSocket client on a bare socket. */
export class LoadClient {
  readonly #dialect: Dialect;
  readonly #events: ClientEvents;
  readonly #greeting: Greeting;
  #socket: Socket | undefined;
  #frames = new FrameReader();
  #head = '';
  #isOpen = false;
  #ready = Promise.withResolvers<void>();
  /** made once, sent often */
  #reaction: Buffer | undefined;
  /** what it comes back with */
  #ticket: { resume: string; e: string; o: number } | undefined;
  /** the number that the server gave the subscription */
  c = 1;
  isStalled = false;

  constructor(dialect: Dialect, greeting: Greeting, events: ClientEvents) {
    this.#dialect = dialect;
    this.#greeting = greeting;
    this.#events = events;
  }

  /** Resolves when it is subscribed, however often it is told to come back. */
  open(port: number): Promise<void> {
    this.#ready = Promise.withResolvers<void>();
    this.#dial(port);
    return this.#ready.promise;
  }

  say(text: string): void {
    this.#socket?.write(maskedFrame(text));
  }

  /** One reaction. */
  react(): void {
    this.#reaction ??= maskedFrame(this.#reactionText());
    this.#socket?.write(this.#reaction);
  }

  /** Reads no more. */
  stall(): void {
    this.isStalled = true;
    this.#socket?.pause();
  }

  /** Gone without a word, and without a port that waits. */
  drop(): void {
    this.#socket?.resetAndDestroy();
    this.#socket = undefined;
    this.#reaction = undefined;
  }

  #dial(port: number): void {
    this.#frames = new FrameReader();
    this.#head = '';
    this.#isOpen = false;
    const socket = connect({
      port,
      host: '127.0.0.1',
      noDelay: true,
      onread: {
        buffer: SHARED,
        callback: (length) => {
          this.#read(SHARED.subarray(0, length), port);
          return true;
        },
      },
    });
    this.#socket = socket;
    socket.on('connect', () => socket.write(this.#handshake()));
    socket.on('error', (error) => this.#ready.reject(error));
  }

  #handshake(): string {
    const path = this.#dialect === 'socket.io' ? '/socket.io/?EIO=4&transport=websocket' : '/ws';
    const lines = [
      `GET ${path} HTTP/1.1`,
      'Host: 127.0.0.1',
      'Connection: Upgrade',
      'Upgrade: websocket',
      'Sec-WebSocket-Version: 13',
      `Sec-WebSocket-Key: ${randomBytes(16).toString('base64')}`,
      ...(this.#dialect === 'ovation' ? ['Sec-WebSocket-Protocol: ovation.v1'] : []),
    ];
    return `${lines.join('\r\n')}\r\n\r\n`;
  }

  #read(data: Buffer, port: number): void {
    if (this.#isOpen) return this.#frames.read(data, this.#take);
    this.#head += data.toString('latin1');
    const end = this.#head.indexOf('\r\n\r\n');
    if (end < 0) return undefined;
    const status = this.#head.slice(9, 12);
    if (status === '503') return this.#comeBack(port);
    if (status !== '101') return this.#ready.reject(new Error(`The server answers ${this.#head}`));
    this.#isOpen = true;
    const rest = Buffer.from(this.#head.slice(end + 4), 'latin1');
    this.#head = '';
    if (this.#dialect === 'ovation') this.say(this.#hello());
    else if (this.#dialect === 'ws') this.#ready.resolve();
    return this.#frames.read(rest, this.#take);
  }

  #comeBack(port: number): void {
    this.#socket?.destroy();
    setTimeout(() => this.#dial(port), RETRY_MS * (1 + Math.random()));
  }

  #hello(): string {
    const { feed, token } = this.#greeting;
    if (!this.#ticket) return JSON.stringify({ op: 'hello', token, subs: [{ ch: feed }] });
    const { resume, e, o } = this.#ticket;
    return JSON.stringify({ op: 'hello', resume, subs: [{ ch: feed, since: { e, o } }] });
  }

  #reactionText(): string {
    if (this.#dialect === 'socket.io') return `42["react",{"c":${this.c},"e":"🔥","n":1}]`;
    return `{"op":"react","c":${this.c},"e":"🔥","n":1}`;
  }

  readonly #take = (all: Buffer, start: number, end: number): void => {
    if (this.#dialect === 'socket.io') this.#packet(all, start, end);
    else this.#frame(all, start, end);
  };

  #frame(all: Buffer, start: number, end: number): void {
    // {"k":"ev" / {"k":"ti(ck) / {"k":"we(lcome) / {"k":"pi(ng)
    const kind = all.toString('latin1', start + 6, start + 8);
    if (kind === 'ev') {
      let count = 1;
      for (let at = all.indexOf(10, start); at >= 0 && at < end; at = all.indexOf(10, at + 1)) {
        if (all.toString('latin1', at + 7, at + 9) === 'ev') count += 1;
      }
      this.#events.messages(this, count, dateIn(all, start, end));
    } else if (kind === 'ti') {
      this.#events.tick(this, dateIn(all, start, end), () => all.toString('utf8', start, end));
    } else if (kind === 'we') this.#welcome(all.toString('utf8', start, end));
    else if (kind === 'pi') this.say('{"op":"pong"}');
  }

  #welcome(text: string): void {
    const found = /"resume":"([^"]+)".*?\{"c":(\d+),"e":"([^"]+)","o":(\d+)/.exec(text);
    if (!found) return this.#ready.reject(new Error(`No subscription in ${text.slice(0, 400)}`));
    const [, resume = '', c, e = '', o] = found;
    this.c = Number(c);
    this.#ticket = { resume, e, o: Number(o) };
    return this.#ready.resolve();
  }

  #packet(all: Buffer, start: number, end: number): void {
    const kind = all.toString('latin1', start, Math.min(end, start + 2));
    if (kind.startsWith('0')) this.say('40');
    else if (kind === '40') this.#ready.resolve();
    else if (kind === '2') this.say('3');
    else if (kind === '42') this.#events.messages(this, 1, 0);
  }
}

/** Server time (ms) in `"t":` of an event or `"at":` of a tick, 0 when there is none near the beginning. */
function dateIn(all: Buffer, start: number, end: number): number {
  const text = all.toString('latin1', start, Math.min(end, start + 80));
  return Number(/"(?:t|at)":(\d+)/.exec(text)?.[1] ?? 0);
}
