import type { ConnectionState } from '@ovation/client';
import { expect, it } from 'vitest';
import { comeBackAtOnce } from './come-back.ts';

function newPage() {
  let state: ConnectionState = { kind: 'live' };
  let isUp = false;
  let isVisible = true;
  const seen = { asked: 0, retried: 0 };
  const listeners = new Set<() => void>();
  let due: (() => void) | undefined;
  const connection = {
    state: () => state,
    subscribe: (listener: () => void) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    retryNow: () => void (seen.retried += 1),
  };
  const stop = comeBackAtOnce(connection, 'http://x/live', {
    fetch: async () => {
      seen.asked += 1;
      if (!isUp) throw new TypeError('Failed to fetch');
      return new Response('{"status":"ok"}');
    },
    isVisible: () => isVisible,
    random: () => 0.5,
    after: (_ms, run) => {
      due = run;
      return () => {
        due = undefined;
      };
    },
  });
  return {
    seen,
    stop,
    up: () => void (isUp = true),
    hide: () => void (isVisible = false),
    become(next: ConnectionState) {
      state = next;
      for (const listener of listeners) listener();
    },
    /** The next question is due, and is answered. */
    async pass() {
      const run = due;
      due = undefined;
      run?.();
      await new Promise(setImmediate);
      return run !== undefined;
    },
  };
}

it('asks while the next attempt is far away, and connects when the server answers', async () => {
  const page = newPage();
  expect(await page.pass()).toBe(false);
  page.become({ kind: 'waiting', retryInMs: 25_000 });
  await page.pass();
  expect(page.seen).toEqual({ asked: 1, retried: 0 });
  page.up();
  await page.pass();
  expect(page.seen).toEqual({ asked: 2, retried: 1 });
});

it('asks nothing when the attempt comes soon, when nobody looks, when it is live or was stopped', async () => {
  const page = newPage();
  page.become({ kind: 'waiting', retryInMs: 2_900 });
  await page.pass();
  page.become({ kind: 'waiting', retryInMs: 25_000 });
  page.hide();
  await page.pass();
  page.become({ kind: 'live' });
  await page.pass();
  expect(await page.pass()).toBe(false);
  page.become({ kind: 'waiting', retryInMs: 25_000 });
  page.stop();
  expect(await page.pass()).toBe(false);
  expect(page.seen).toEqual({ asked: 0, retried: 0 });
});

it('gives up after ten minutes of questions, until it was live again', async () => {
  const page = newPage();
  page.become({ kind: 'waiting', retryInMs: 25_000 });
  for (let n = 0; n < 300; n++) await page.pass();
  expect(page.seen.asked).toBe(200);
  page.become({ kind: 'live' });
  page.become({ kind: 'waiting', retryInMs: 25_000 });
  await page.pass();
  expect(page.seen.asked).toBe(201);
});
