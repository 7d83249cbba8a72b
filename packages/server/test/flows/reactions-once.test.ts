import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import type { ServerProcess } from '../../../../test/server-process.ts';
import { serverProcesses } from '../support/server-processes.ts';

const { newFolder, start } = serverProcesses();

async function send(server: ServerProcess, address: string, method: string, body: unknown) {
  const headers = { 'content-type': 'application/json' };
  const response = await fetch(`${server.url}/api/v1/channels/default${address}`, {
    method,
    headers,
    body: JSON.stringify(body),
  });
  expect(response.ok).toBe(true);
}

function currentMinute(): number {
  return Math.floor(Date.now() / 60_000);
}

/** A moment is told anew once a second of the log's time at most; what comes sooner waits for the end of the minute. */
async function untilToldAgain(): Promise<void> {
  const toldAt = Date.now();
  while (Date.now() <= toldAt + 1_200) await pause(50);
}

/** False when the minute, and with it the window, was over before all was counted. */
async function countsOnceInOneMinute(): Promise<boolean> {
  const folder = await newFolder();
  // It takes twenty seconds on a busy machine: not begun late in a minute.
  while (new Date().getUTCSeconds() >= 25) await pause(100);
  const minute = currentMinute();
  const occurredAt = new Date().toISOString();
  const react = (server: ServerProcess, from: number, to: number) =>
    send(server, '/reactions', 'POST', {
      reactions: Array.from({ length: to - from + 1 }, (_, n) => ({ id: `r${from + n}`, emote: '🔥', occurredAt })),
    });
  const reaches = async (server: ServerProcess, count: number) => {
    for (;;) {
      const response = await fetch(`${server.url}/api/v1/channels/default/moments`);
      const { data } = (await response.json()) as { data: { count: number }[] }; // the server checks its answers
      const counts = data.map((moment) => moment.count);
      if (counts.length === 1 && counts[0] === count) return true;
      expect(counts.length).toBeLessThanOrEqual(1);
      expect(counts[0] ?? 0).toBeLessThanOrEqual(count);
      if (currentMinute() !== minute) return false;
      await pause(20);
    }
  };

  await using first = await start(folder);
  await send(first, '/settings', 'PUT', { interval: 5 });
  await react(first, 1, 5);
  if (!(await reaches(first, 5))) return false;
  await untilToldAgain();
  await react(first, 1, 5);
  await react(first, 3, 9);
  await react(first, 10, 10);
  if (!(await reaches(first, 10))) return false;
  await react(first, 11, 12);
  await first.kill('SIGKILL');
  await using second = await start(folder);
  await untilToldAgain();
  await react(second, 1, 15);
  // Awaited here: the server is stopped when this function is left.
  return await reaches(second, 15);
}

describe('reactions over HTTP', () => {
  it('count once by their ids: repeated whole, in part, and after kill -9 (S2-10)', async () => {
    let isCounted = false;
    while (!isCounted) isCounted = await countsOnceInOneMinute();
    expect(isCounted).toBe(true);
  });
});
