import { createServer, request as forward } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import { pollTransport, streamTransport, webSocketTransport } from '../../../client/src/index.ts';
import { changeIntervals, serverProcesses, until, type Watcher } from '../support/server-processes.ts';

/** The SDK against a real server that is killed. */

const { afterTest, newFolder, start, watch } = serverProcesses();

const isLive = ({ connection }: Watcher) => connection.channel('default').get().state === 'live';

describe('clients of a server that is killed', () => {
  it('are told everything once and in order, by socket, stream and polling, also who had received nothing', async () => {
    const folder = await newFolder();
    const first = await start(folder);
    const { url } = first;
    const ways = [[webSocketTransport], [streamTransport()], [pollTransport()]];
    const watchers = ways.map((transports) => watch(url, transports));
    await until(() => expect(watchers.every(isLive)).toBe(true));
    const expected: Watcher['told'] = [];
    let server = first;
    for (let kill = 0; kill < 3; kill += 1) {
      // The first time they have received nothing yet.
      if (kill > 0) await until(() => expect(watchers.map(({ told }) => told)).toEqual(ways.map(() => expected)));
      await server.kill('SIGKILL');
      await until(() => expect(watchers.some(isLive)).toBe(false));
      server = await start(folder, { PORT: new URL(url).port });
      for (let i = 0; i < 2; i += 1) {
        const interval = 10 + expected.length;
        await changeIntervals(url, interval);
        expected.push([expected.length + 1, interval]);
      }
      for (const { connection } of watchers) connection.retryNow();
      await until(() => expect(watchers.every(isLive)).toBe(true));
      const interval = 10 + expected.length;
      await changeIntervals(url, interval);
      expected.push([expected.length + 1, interval]);
    }
    await until(() => expect(watchers.map(({ told }) => told)).toEqual(ways.map(() => expected)));
  });
});

describe('behind a proxy that lets no socket through', () => {
  /** Forwards plain requests, unless their address begins with one that is blocked. */
  async function proxyTo(target: string, blocked: readonly string[]): Promise<string> {
    const proxy = createServer((request, response) => {
      if (blocked.some((address) => request.url?.startsWith(address))) {
        response.writeHead(403).end();
        return;
      }
      const onward = forward(
        `${target}${request.url}`,
        { method: request.method ?? 'GET', headers: request.headers },
        (answer) => {
          response.writeHead(answer.statusCode ?? 502, answer.headers);
          answer.pipe(response);
        },
      );
      onward.on('error', () => response.destroy());
      response.on('close', () => onward.destroy());
      request.pipe(onward);
    });
    proxy.on('upgrade', (_, socket) => socket.end('HTTP/1.1 403 Forbidden\r\nConnection: close\r\n\r\n'));
    await new Promise<void>((resolve) => {
      proxy.listen(0, '127.0.0.1', resolve);
    });
    afterTest(() => {
      proxy.closeAllConnections();
      proxy.close();
    });
    // It listens on TCP.
    return `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
  }

  it.each([
    ['a stream', []],
    ['polling', ['/sse']],
  ])('the client works by %s, reactions too (S4-22)', async (_way, blocked) => {
    const server = await start(await newFolder());
    const watcher = watch(await proxyTo(server.url, blocked));
    await until(() => expect(isLive(watcher)).toBe(true));
    await changeIntervals(server.url, 7);
    await until(() => expect(watcher.told).toEqual([[1, 7]]));
    const store = watcher.connection.channel('default');
    expect(store.react('🔥', 3)).toBe(3);
    await until(() => expect(store.get().total).toBe(3));
  });
});
