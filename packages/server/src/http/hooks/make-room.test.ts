import { once } from 'node:events';
import { createServer, get } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { expect, it, onTestFinished, vi } from 'vitest';
import { makeRoom } from './make-room.ts';

const MOST = 40;

async function listening() {
  const server = createServer((request, response) => {
    if (request.url === '/held') response.write('held');
    else response.end('answered');
  });
  makeRoom(server, MOST);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const peers: Socket[] = [];
  onTestFinished(() => {
    for (const peer of peers) peer.destroy();
    server.close();
  });
  const open = (text = '') => {
    const peer = connect(port, '127.0.0.1');
    peer.on('error', () => undefined).resume();
    if (text !== '') peer.write(text);
    peers.push(peer);
    return peer;
  };
  const connections = () =>
    new Promise<number>((resolve) => {
      server.getConnections((_error, count) => resolve(count));
    });
  const ask = () =>
    new Promise<number | undefined>((resolve, reject) => {
      get({ port, host: '127.0.0.1', agent: false }, (answer) => {
        answer.resume().once('end', () => resolve(answer.statusCode));
      }).once('error', reject);
    });
  return { open, ask, connections };
}

it('silent connections make room for one that asks, the oldest first', async () => {
  const { ask, connections, open } = await listening();
  const silent = Array.from({ length: 100 }, () => open());
  await vi.waitFor(async () => expect(await connections()).toBeLessThan(MOST));
  for (let i = 0; i < 50; i += 1) expect(await ask()).toBe(200);
  await vi.waitFor(() => expect(silent[0]?.destroyed).toBe(true));
});

it('a connection that speaks a moment late is not closed for those that are being answered', async () => {
  const { open } = await listening();
  const held = Array.from({ length: MOST - 10 }, () => open('GET /held HTTP/1.1\r\nHost: a\r\n\r\n'));
  await Promise.all(held.map((peer) => once(peer, 'data')));
  const late = open();
  await once(late, 'connect');
  await new Promise((resolve) => setTimeout(resolve, 100));
  late.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
  const [answer] = (await once(late, 'data')) as [Buffer];
  expect(answer.toString()).toContain('200 OK');
});

it('idle connections make room where none is silent', async () => {
  const { ask, connections, open } = await listening();
  for (let i = 0; i < MOST; i += 1) open('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
  await vi.waitFor(async () => expect(await connections()).toBeLessThan(MOST));
  await vi.waitFor(async () => expect(await ask()).toBe(200));
});

it('beyond the most a connection is closed, and what is being answered goes on', async () => {
  const { connections, open } = await listening();
  const held = Array.from({ length: MOST }, () => open('GET /held HTTP/1.1\r\nHost: a\r\n\r\n'));
  await Promise.all(held.map((peer) => once(peer, 'data')));
  const beyond = open('GET /held HTTP/1.1\r\nHost: a\r\n\r\n');
  await once(beyond, 'close');
  expect(held.filter((peer) => peer.destroyed)).toEqual([]);
  expect(await connections()).toBe(MOST);
});
