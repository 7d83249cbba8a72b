import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { get } from 'node:http';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { WebSocket } from 'ws';
import { type ServerProcess, startServer } from '../../../../test/server-process.ts';

/** What strangers did to the product from outside (docs/decisions/doors.md), played over the real server. */

let folder: string;
let server: ServerProcess;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'ovation-strangers-'));
  server = await startServer({ OVATION_DATA_DIR: folder, OVATION_SIMULATOR: 'off' });
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});

/** A connection that says what it is told, byte by byte, and remembers what it hears. */
async function raw() {
  const { hostname, port } = new URL(server.url);
  const socket: Socket = connect(Number(port), hostname);
  let heard = '';
  socket.on('data', (data) => (heard += data.toString('latin1')));
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  return {
    socket,
    heard: () => heard,
    say: (...lines: string[]) => socket.write(`${lines.join('\r\n')}\r\n\r\n`),
    until: (check: (text: string) => unknown) => vi.waitFor(() => check(heard), { timeout: 60_000 }),
    [Symbol.dispose]: () => socket.destroy(),
  };
}

const seen = (text: string, part: string) => expect(text).toContain(part);

describe('an offer of an upgrade (D2)', () => {
  it.each([
    [
      'h2c, as curl and Java make it',
      'Connection: Upgrade, HTTP2-Settings',
      'Upgrade: h2c',
      'HTTP2-Settings: AAMAAABk',
    ],
    ['TLS', 'Connection: Upgrade', 'Upgrade: TLS/1.0'],
  ])('of %s is answered as the plain request that it is', async (_name, ...offer) => {
    for (const address of ['/live', '/api/v1/channels', '/', '/moments']) {
      using peer = await raw();
      peer.say(`GET ${address} HTTP/1.1`, 'Host: localhost', ...offer);
      await peer.until((text) => seen(text, 'HTTP/1.1 200 OK'));
      expect(peer.heard()).not.toContain('WebSockets are at');
    }
    using poster = await raw();
    const body = JSON.stringify({ emote: '🔥', timestamp: new Date().toISOString() });
    poster.socket.write(
      `POST /emotes HTTP/1.1\r\nHost: localhost\r\n${offer.join('\r\n')}\r\nContent-Type: application/json\r\n` +
        `Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
    );
    await poster.until((text) => seen(text, 'HTTP/1.1 202 Accepted'));
  });
});

describe('a page of another origin (D3)', () => {
  it.each([
    ['a foreign page', { origin: 'https://evil.example' }],
    ['a page from a file', { origin: 'null' }],
    ['another page of this machine', { origin: 'http://localhost:3000' }],
    ['a name that was pointed at this machine', { host: 'evil.example' }],
  ])('%s gets no socket, no stream and no poll', async (_name, headers) => {
    for (const protocols of [[], ['ovation.v1']]) {
      const socket = new WebSocket(`${server.url.replace('http', 'ws')}/ws`, protocols, { headers });
      const [, response] = (await once(socket, 'unexpected-response')) as [unknown, { statusCode: number }];
      expect(response.statusCode).toBe(403);
      socket.on('error', () => undefined);
      socket.terminate();
    }
    for (const address of ['/sse', '/api/v1/channels/default/events?timeout=0']) {
      using peer = await raw();
      const { host = 'localhost', ...others } = headers as Record<string, string>;
      peer.say(`GET ${address} HTTP/1.1`, `Host: ${host}`, ...Object.entries(others).map((pair) => pair.join(': ')));
      await peer.until((text) => seen(text, 'HTTP/1.1 403 Forbidden'));
    }
  });
});

describe('channels that nobody has (D5)', () => {
  it('cost others nothing: six hundred classic sockets are greeted, and a viewer comes in between', async () => {
    const url = server.url.replace('http', 'ws');
    const sockets = Array.from({ length: 600 }, (_, n) => new WebSocket(`${url}/?streamerId=nobody-${n}`));
    const greeted = Promise.all(sockets.map((socket) => once(socket, 'message')));
    const viewer = new WebSocket(`${url}/ws`, ['ovation.v1']);
    await once(viewer, 'open');
    viewer.send(JSON.stringify({ op: 'hello', subs: [{ ch: 'channel:default' }] }));
    const [welcome] = (await once(viewer, 'message')) as [Buffer];
    expect(JSON.parse(welcome.toString())).toMatchObject({ k: 'welcome', subs: { 'channel:default': { o: 0 } } });
    await greeted;
    for (const socket of [...sockets, viewer]) socket.terminate();
    const { data } = (await (await fetch(`${server.url}/api/v1/channels`)).json()) as { data: { name: string }[] };
    expect(data.map(({ name }) => name)).not.toContain('nobody-1');
  });

  it('listens all the same: the moment of a channel that comes later arrives', async () => {
    const socket = new WebSocket(`${server.url.replace('http', 'ws')}/?streamerId=later`);
    const told: string[] = [];
    socket.on('message', (data: Buffer) => told.push(data.toString()));
    await vi.waitFor(() => expect(told).toHaveLength(1), { timeout: 60_000 });
    const made = await fetch(`${server.url}/api/v1/channels`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ name: 'later' }),
    });
    expect(made.status).toBe(201);
    const occurredAt = new Date().toISOString();
    const reactions = Array.from({ length: 40 }, (_, n) => ({ id: `later-${n}`, emote: '🔥', occurredAt }));
    const answer = await fetch(`${server.url}/api/v1/channels/later/reactions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ reactions }),
    });
    expect(answer.status).toBe(202);
    await vi.waitFor(() => expect(told[1]).toContain('significant-moments'), { timeout: 60_000 });
    socket.terminate();
  });
});

describe('a stream behind another request (D10)', () => {
  it('does not overtake the answer before it', async () => {
    using peer = await raw();
    peer.socket.write(
      'GET /api/v1/channels/default/events?timeout=0 HTTP/1.1\r\nHost: localhost\r\n\r\n' +
        'GET /sse HTTP/1.1\r\nHost: localhost\r\n\r\n',
    );
    await peer.until((text) => expect(text.match(/HTTP\/1\.1 /g)).toHaveLength(2));
    const [first, second] = peer.heard().split(/(?=HTTP\/1\.1 )/);
    expect(first).toContain('"sub":');
    expect(second).toMatch(/^HTTP\/1\.1 (?:200 OK|400 Bad Request)/);
  });

  it('is the last on its connection: what comes after it is not answered inside it', async () => {
    using peer = await raw();
    peer.say('GET /sse HTTP/1.1', 'Host: localhost');
    await peer.until((text) => seen(text, 'event: sub'));
    for (let i = 0; i < 50; i += 1) peer.say('GET /live HTTP/1.1', 'Host: localhost');
    await fetch(`${server.url}/live`);
    expect(peer.heard().match(/HTTP\/1\.1 /g)).toHaveLength(1);
  });
});

describe('what comes behind another request', () => {
  const upgrade = ['Connection: Upgrade', 'Upgrade: websocket', 'Sec-WebSocket-Version: 13'];

  it('is no socket: frames and answers would be mixed', async () => {
    using peer = await raw();
    const key = 'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==';
    const first = ['GET /api/v1/channels HTTP/1.1', 'Host: localhost', '', 'GET /ws HTTP/1.1', 'Host: localhost'];
    peer.say(...first, ...upgrade, key);
    await peer.until((text) => expect(text.match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 200', 'HTTP/1.1 404']));
    expect(peer.heard().indexOf('"data"')).toBeLessThan(peer.heard().indexOf('HTTP/1.1 404'));
  });

  it('says nothing into a stream that has begun', async () => {
    using peer = await raw();
    peer.say('GET /sse HTTP/1.1', 'Host: localhost', '', 'non\u0001sense');
    await peer.until((text) => seen(text, 'event: sub'));
    using other = await raw();
    other.say('GET /live HTTP/1.1', 'Host: localhost');
    await other.until((text) => seen(text, '"ok"'));
    expect(peer.heard()).not.toContain('unreadable_request');
  });
});

describe('compression (D11)', () => {
  it('is not agreed to with a smaller window than the shared frames have', async () => {
    const url = `${server.url.replace('http', 'ws')}/ws`;
    const small = new WebSocket(url, ['ovation.v1'], { perMessageDeflate: { serverMaxWindowBits: 10 } });
    await once(small, 'open');
    expect(small.extensions).toBe('');
    const usual = new WebSocket(url, ['ovation.v1'], { perMessageDeflate: true });
    await once(usual, 'open');
    expect(usual.extensions).toContain('permessage-deflate');
    for (const socket of [small, usual]) socket.terminate();
  });
});

describe('a flood of frames that say nothing (D13)', () => {
  const mask = Buffer.alloc(4);
  it.each([
    ['pongs', Buffer.concat([Buffer.from([0x8a, 0x80]), mask])],
    ['pings', Buffer.concat([Buffer.from([0x89, 0x80]), mask])],
    ['empty fragments', Buffer.concat([Buffer.from([0x00, 0x80]), mask])],
  ])('of %s is cut off', async (name, frame) => {
    using peer = await raw();
    peer.say(
      'GET /ws HTTP/1.1',
      'Host: localhost',
      'Connection: Upgrade',
      'Upgrade: websocket',
      'Sec-WebSocket-Version: 13',
      'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
      'Sec-WebSocket-Protocol: ovation.v1',
    );
    await peer.until((text) => seen(text, '101 Switching Protocols'));
    if (name === 'empty fragments') peer.socket.write(Buffer.concat([Buffer.from([0x01, 0x80]), mask]));
    const many = Buffer.concat(Array.from({ length: 20_000 }, () => frame));
    const closed = new Promise((resolve) => peer.socket.once('close', resolve));
    const flood = () => {
      while (!peer.socket.destroyed && peer.socket.write(many));
    };
    peer.socket.on('drain', flood);
    flood();
    await closed;
    expect((await fetch(`${server.url}/live`)).status).toBe(200);
  });
});

describe('few file descriptors (D9)', () => {
  it('are not used up by streams or silent connections: probes are answered', async () => {
    const ownFolder = await mkdtemp(path.join(tmpdir(), 'ovation-few-'));
    onTestFinished(() => rm(ownFolder, { recursive: true }));
    const settings = { OVATION_DATA_DIR: ownFolder, OVATION_SIMULATOR: 'off' };
    await using few = await startServer(settings, [], ['prlimit', '--nofile=256:256']);
    const { hostname, port } = new URL(few.url);
    const peers: Socket[] = [];
    onTestFinished(() => peers.forEach((peer) => peer.destroy()));
    const open = (text: string) => {
      const peer = connect(Number(port), hostname);
      peer.on('error', () => undefined).write(text);
      peers.push(peer);
      return peer;
    };
    const statuses: string[] = [];
    for (let i = 0; i < 300; i += 1) {
      const peer = open('GET /sse HTTP/1.1\r\nHost: localhost\r\n\r\n');
      const { promise, resolve } = Promise.withResolvers<string>();
      peer.once('data', (data: Buffer) => resolve(data.toString('latin1').slice(9, 12)));
      peer.once('close', () => resolve('closed'));
      void promise.then((status) => statuses.push(status));
    }
    await vi.waitFor(() => expect(statuses).toHaveLength(300), { timeout: 60_000 });
    // The rest was told to come back, or closed where there was no descriptor for it.
    expect(statuses.filter((status) => status === '200').length).toBeLessThanOrEqual(110);
    // A connection for each, as an orchestrator has it.
    const probe = () =>
      new Promise<number | undefined>((resolve, reject) => {
        get(`${few.url}/ready`, { agent: false }, (answer) => {
          answer.resume().once('end', () => resolve(answer.statusCode));
        }).once('error', reject);
      });
    // A moment after a burst there is room again.
    const probesPass = async () => {
      await vi.waitFor(probe, { timeout: 60_000 });
      for (let i = 0; i < 20; i += 1) expect(await probe()).toBe(200);
    };
    await probesPass();
    for (let i = 0; i < 300; i += 1) open('');
    await probesPass();
  });
});
