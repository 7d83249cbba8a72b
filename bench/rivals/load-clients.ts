/**
 * Many WebSocket clients in one process, on bare sockets. It never sleeps in the kernel: a client that does is woken by
 * every send, and the benchmark would measure those wake-ups (gateway.md 2.1). So it takes a core of its own, whole.
 */
import { randomBytes } from 'node:crypto';
import { connect, type Socket } from 'node:net';

export type Dialect = 'ovation' | 'ws' | 'socket.io';
export type LoadOrder =
  | { do: 'connect'; port: number; clients: number; dialect: Dialect; since?: { e: string; o: number } }
  /** all in all: they may be here before the order is */
  | { do: 'expect'; frames: number }
  | { do: 'react'; perSecond: number }
  | { do: 'latencies' }
  | { do: 'stall'; clients: number }
  | { do: 'disconnect' };
export type LoadAnswer = 'connected' | 'all' | 'done' | { latencies: number[] };

const AT_ONCE = 200;
const clients: Client[] = [];
let frames = 0;
let expected = Number.POSITIVE_INFINITY;
let latencies: number[] = [];
let reactTimer: NodeJS.Timeout | undefined;

class Client {
  readonly socket: Socket;
  readonly ready: Promise<void>;
  readonly #dialect: Dialect;
  #rest: Buffer = Buffer.alloc(0);
  #isOpen = false;
  #isReady: () => void = () => undefined;
  c = 1;

  constructor(port: number, dialect: Dialect) {
    this.#dialect = dialect;
    this.socket = connect(port, '127.0.0.1');
    this.ready = new Promise((resolve, reject) => {
      this.#isReady = resolve;
      this.socket.once('error', reject);
    });
    this.socket.setNoDelay(true);
    this.socket.on('connect', () => this.#handshake());
    this.socket.on('data', (data) => this.#read(data));
  }

  say(text: string): void {
    this.socket.write(masked(text));
  }

  #handshake(): void {
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
    this.socket.write(`${lines.join('\r\n')}\r\n\r\n`);
  }

  #read(data: Buffer): void {
    let all = this.#rest.length > 0 ? Buffer.concat([this.#rest, data]) : data;
    if (!this.#isOpen) {
      const end = all.indexOf('\r\n\r\n');
      if (end < 0) return void (this.#rest = all);
      this.#isOpen = true;
      all = all.subarray(end + 4);
      if (this.#dialect === 'ovation') this.say('{"op":"hello","subs":[{"ch":"channel:bench"}]}');
      else if (this.#dialect === 'ws') this.#isReady();
    }
    let at = 0;
    for (let bounds = frameAt(all, at); bounds; bounds = frameAt(all, at)) {
      this.#frame(all, bounds.start, bounds.end - bounds.start);
      at = bounds.end;
    }
    // A copy: the chunk it lies in is sixty-four times as big.
    this.#rest = at === all.length ? EMPTY : Buffer.from(all.subarray(at));
  }

  #frame(all: Buffer, start: number, length: number): void {
    if (this.#dialect === 'socket.io') return this.#packet(all.toString('latin1', start, start + 2));
    // {"k":"ev" / {"k":"ti(ck) / {"k":"we(lcome) / {"k":"pi(ng)
    const kind = all.toString('latin1', start + 6, start + 8);
    if (kind === 'ev') this.#count();
    else if (kind === 'ti') {
      const text = all.toString('latin1', start, start + Math.min(length, 60));
      const at = Number(/"at":(\d+)/.exec(text)?.[1]);
      if (at > 0) latencies.push(Date.now() - at);
    } else if (kind === 'we') {
      this.c = Number(/"c":(\d+)/.exec(all.toString('latin1', start, start + length))?.[1] ?? 1);
      this.#isReady();
    } else if (kind === 'pi') this.say('{"op":"pong"}');
  }

  #packet(kind: string): void {
    if (kind.startsWith('0')) this.say('40');
    else if (kind === '40') this.#isReady();
    else if (kind === '2') this.say('3');
    else if (kind === '42') this.#count();
  }

  #count(): void {
    frames += 1;
    tellWhenAll();
  }
}

function tellWhenAll(): void {
  if (frames < expected) return;
  expected = Number.POSITIVE_INFINITY;
  answer('all');
}

const EMPTY = Buffer.alloc(0);

/** Where the payload of the next whole frame lies. */
function frameAt(all: Buffer, at: number): { start: number; end: number } | undefined {
  if (all.length - at < 10 && all.length - at < 2 + ((all[at + 1] ?? 0x7f) & 0x7f)) return undefined;
  const short = (all[at + 1] ?? 0) & 0x7f;
  if (short < 126) return within(all, at + 2, short);
  if (all.length - at < 10) return undefined;
  return short === 126
    ? within(all, at + 4, all.readUInt16BE(at + 2))
    : within(all, at + 10, Number(all.readBigUInt64BE(at + 2)));
}

function within(all: Buffer, start: number, length: number): { start: number; end: number } | undefined {
  return start + length <= all.length ? { start, end: start + length } : undefined;
}

function masked(text: string): Buffer {
  const payload = Buffer.from(text);
  const head =
    payload.length < 126
      ? [0x81, 0x80 | payload.length]
      : [0x81, 0x80 | 126, payload.length >> 8, payload.length & 255];
  // A mask of zeros is a mask, and changes nothing.
  return Buffer.concat([Buffer.from([...head, 0, 0, 0, 0]), payload]);
}

function answer(value: LoadAnswer): void {
  process.send?.(value);
}

async function connectAll(port: number, count: number, dialect: Dialect): Promise<void> {
  for (let i = 0; i < count; i += AT_ONCE) {
    const some = Array.from({ length: Math.min(AT_ONCE, count - i) }, () => new Client(port, dialect));
    clients.push(...some);
    await Promise.all(some.map(({ ready }) => ready));
  }
  answer('connected');
}

function react(perSecond: number): void {
  clearInterval(reactTimer);
  if (perSecond === 0) return;
  let next = 0;
  let sent = 0;
  const start = performance.now();
  reactTimer = setInterval(() => {
    const due = Math.floor(((performance.now() - start) / 1000) * perSecond);
    for (; sent < due; sent += 1) {
      const client = clients[next++ % clients.length];
      client?.say(`{"op":"react","c":${client.c},"e":"🔥","n":1}`);
    }
  }, 5);
}

process.on('message', (order: LoadOrder) => {
  if (order.do === 'connect') void connectAll(order.port, order.clients, order.dialect);
  else if (order.do === 'expect') {
    expected = order.frames;
    tellWhenAll();
  } else if (order.do === 'react') react(order.perSecond);
  else if (order.do === 'latencies') {
    answer({ latencies });
    latencies = [];
  } else if (order.do === 'stall') for (const client of clients.slice(0, order.clients)) client.socket.pause();
  else {
    react(0);
    for (const client of clients.splice(0)) client.socket.destroy();
    answer('done');
  }
});

// Keeps the loop turning without ever sleeping.
const spin = () => {
  // Without the benchmark that started it, it ends.
  if (process.connected) setImmediate(spin);
  else for (const client of clients) client.socket.destroy();
};
spin();
