import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { ServerProcess } from '../../../test/server-process.ts';
import { startServer } from '../../../test/server-process.ts';

const cleanups: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const clean of cleanups.splice(0).toReversed()) await clean();
});

async function start(folder: string): Promise<ServerProcess> {
  const server = await startServer({ OVATION_DATA_DIR: folder, OVATION_SIMULATOR: 'off' });
  cleanups.push(async () => server[Symbol.asyncDispose]());
  return server;
}

async function send(server: ServerProcess, address: string, method: string, body: unknown) {
  const headers = { 'content-type': 'application/json' };
  const response = await fetch(`${server.url}/api/v1/channels/default${address}`, {
    method,
    headers,
    body: JSON.stringify(body),
  });
  expect(response.ok).toBe(true);
}

/** A moment is told anew once a second of the log's time at most; what comes sooner waits for the end of the minute. */
async function untilToldAgain(): Promise<void> {
  const toldAt = Date.now();
  await vi.waitFor(() => expect(Date.now()).toBeGreaterThan(toldAt + 1_200), { timeout: 5_000 });
}

describe('reactions over HTTP', () => {
  it('count once by their ids: repeated whole, in part, and after kill -9 (S2-10)', async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'ovation-once-'));
    cleanups.push(() => rm(folder, { recursive: true }));
    // One window for the whole test, which takes twenty seconds on a busy machine: not begun late in a minute.
    await vi.waitFor(() => expect(new Date().getUTCSeconds()).toBeLessThan(25), { timeout: 40_000 });
    const occurredAt = new Date().toISOString();
    const react = (server: ServerProcess, from: number, to: number) =>
      send(server, '/reactions', 'POST', {
        reactions: Array.from({ length: to - from + 1 }, (_, n) => ({ id: `r${from + n}`, emote: '🔥', occurredAt })),
      });
    const countIs = (server: ServerProcess, count: number) =>
      vi.waitFor(
        async () => {
          const response = await fetch(`${server.url}/api/v1/channels/default/moments`);
          const { data } = (await response.json()) as { data: { count: number }[] }; // the server checks its answers
          expect(data.map((moment) => moment.count)).toEqual([count]);
        },
        { timeout: 20_000 },
      );

    const first = await start(folder);
    await send(first, '/settings', 'PUT', { interval: 5 });
    await react(first, 1, 5);
    await countIs(first, 5);
    await untilToldAgain();
    await react(first, 1, 5);
    await react(first, 3, 9);
    await react(first, 10, 10);
    await countIs(first, 10);
    await react(first, 11, 12);
    await first.kill('SIGKILL');
    const second = await start(folder);
    await untilToldAgain();
    await react(second, 1, 15);
    await countIs(second, 15);
  });
});
