/**
 * The attacks of `attacked.ts`, each in a process of its own: `node bench/attacks.ts D5 http://127.0.0.1:8080`. An attack runs
 * until it is killed, and says now and then how often it has tried.
 */
import { Agent, request } from 'node:http';
import { connect, type Socket } from 'node:net';
import { WebSocket } from 'ws';

export interface Attack {
  readonly what: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly launcher: readonly string[];
  /** @param count called for each attempt */
  run(url: string, count: (n?: number) => void): void;
}

export type AttackName = 'D4' | 'D5' | 'D9' | 'D12' | 'D13' | 'D15';

const QUIET = { OVATION_SIMULATOR: 'off' };
const SENDERS = 50;
const SOCKETS = 600;
const SILENT = 300;
/** A connection that was closed is opened again within this time: more at once than there is room for are a burst that nothing sorts. */
const AGAIN_MS = 2_000;
const SLOW_UPLOADS = 40;
const SLOW_BYTES = 500;
const SLOW_EVERY_MS = 100;
const PONGS = 20_000;
const BATCH = 200;
const BATCHES_PER_SECOND = 20;
const BUSY_CHANNELS = 50;
const agent = new Agent({ keepAlive: true, maxSockets: SENDERS });

function post(url: string, body: unknown): Promise<number> {
  const text = JSON.stringify(body);
  const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) };
  return new Promise((resolve) => {
    const sent = request(url, { method: 'POST', agent, headers }, (answer) => {
      answer.resume().once('end', () => resolve(answer.statusCode ?? 0));
    });
    sent.once('error', () => resolve(0));
    sent.end(text);
  });
}

/** As many at once as there are senders, and the next when one is done. */
function withoutEnd(act: (n: number) => Promise<unknown>, count: () => void): void {
  let n = 0;
  const go = async () => {
    for (;;) {
      await act((n += 1));
      count();
    }
  };
  for (let sender = 0; sender < SENDERS; sender += 1) void go();
}

function raw(url: string, text: string): Socket {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  socket.on('error', () => undefined).resume();
  socket.write(text);
  return socket;
}

const UPGRADE = [
  'GET /ws HTTP/1.1',
  'Host: localhost',
  'Connection: Upgrade',
  'Upgrade: websocket',
  'Sec-WebSocket-Version: 13',
  'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
  'Sec-WebSocket-Protocol: ovation.v1',
  '\r\n',
].join('\r\n');

export const ATTACKS: Readonly<Record<AttackName, Attack>> = {
  D4: {
    what: `${SENDERS} senders make channels through POST /emotes`,
    environment: QUIET,
    launcher: [],
    run(url, count) {
      const timestamp = () => new Date().toISOString();
      withoutEnd(
        (n) => post(`${url}/emotes`, { emote: '🔥', timestamp: timestamp(), streamerId: `stranger-${n}` }),
        count,
      );
    },
  },
  D5: {
    what: `${SOCKETS} classic sockets with invented names, closed and opened again`,
    environment: QUIET,
    launcher: [],
    run(url, count) {
      let n = 0;
      const open = () => {
        const socket = new WebSocket(`${url.replace('http', 'ws')}/?streamerId=nobody-${(n += 1)}`);
        socket.on('error', () => undefined);
        socket.once('message', () => socket.terminate());
        socket.once('close', () => setTimeout(open, 1));
        count();
      };
      for (let i = 0; i < SOCKETS; i += 1) open();
    },
  },
  D9: {
    what: `${SILENT} streams and ${SILENT} silent connections at 256 file descriptors`,
    environment: QUIET,
    launcher: ['prlimit', '--nofile=256:256'],
    run(url, count) {
      const hold = (text: string) => {
        const socket = raw(url, text);
        socket.once('close', () => setTimeout(() => hold(text), Math.random() * AGAIN_MS));
        count();
      };
      for (let i = 0; i < SILENT; i += 1) {
        hold('GET /sse HTTP/1.1\r\nHost: localhost\r\n\r\n');
        hold('');
      }
    },
  },
  D12: {
    what: `${SLOW_UPLOADS} uploads of chat logs at 5 KB/s`,
    environment: QUIET,
    launcher: [],
    run(url, count) {
      const head = 'POST /api/v1/analyses HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/octet-stream\r\n';
      const upload = () => {
        const socket = raw(url, `${head}Content-Length: 900000000\r\n\r\n`);
        const timer = setInterval(() => socket.write('x'.repeat(SLOW_BYTES)), SLOW_EVERY_MS);
        socket.once('close', () => {
          clearInterval(timer);
          setTimeout(upload, 50);
        });
        count();
      };
      for (let i = 0; i < SLOW_UPLOADS; i += 1) upload();
    },
  },
  D13: {
    what: 'pong frames as fast as the socket takes them',
    environment: QUIET,
    launcher: [],
    run(url, count) {
      const pong = Buffer.concat([Buffer.from([0x8a, 0x80]), Buffer.alloc(4)]);
      const many = Buffer.concat(Array.from({ length: PONGS }, () => pong));
      const flood = () => {
        const socket = raw(url, UPGRADE);
        const write = () => {
          while (!socket.destroyed) {
            count(PONGS);
            if (!socket.write(many)) break;
          }
        };
        socket.on('drain', write);
        socket.once('data', write);
        socket.once('close', () => setTimeout(flood, 1));
      };
      flood();
    },
  },
  D15: {
    what: `${BATCHES_PER_SECOND} batches of ${BATCH} reactions a second into ${BUSY_CHANNELS} channels beside the demo: rows that die`,
    environment: {},
    launcher: [],
    run(url, count) {
      const name = (n: number) => `busy${n % BUSY_CHANNELS}`;
      const batch = (n: number) => {
        const occurredAt = new Date().toISOString();
        const reactions = Array.from({ length: BATCH }, (_, i) => ({ id: `${n}-${i}`, emote: '🔥', occurredAt }));
        return post(`${url}/api/v1/channels/${name(n)}/reactions`, { reactions });
      };
      const channels = Array.from({ length: BUSY_CHANNELS }, (_, n) =>
        post(`${url}/api/v1/channels`, { name: name(n) }),
      );
      let n = 0;
      void Promise.all(channels).then(() =>
        setInterval(() => void batch((n += 1)).then(() => count(BATCH)), 1_000 / BATCHES_PER_SECOND),
      );
    },
  },
};

if (process.argv[1] === import.meta.filename) {
  const [, , name, url = ''] = process.argv;
  let attempts = 0;
  ATTACKS[name as AttackName].run(url, (n = 1) => (attempts += n));
  setInterval(() => process.send?.(attempts), 500);
}
