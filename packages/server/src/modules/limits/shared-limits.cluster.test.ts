import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, it, onTestFinished, vi } from 'vitest';
import { type ServerProcess, startServer } from '../../../../../test/server-process.ts';
import { type RunningRedis, startRedis } from '../../../test/services/redis.ts';

/** Two processes over one Redis (S1-03). */

const LIMIT = 20;
/** A call to a Redis that does not answer is given up after so long; the rest is the request itself, on a busy machine. */
const CALL_LIMIT_MS = 100;
const BUSY_MS = 900;

async function setUp(): Promise<{ redis: RunningRedis; servers: ServerProcess[] }> {
  const folder = await mkdtemp(path.join(tmpdir(), 'ovation-limits-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const redis = await startRedis(path.join(folder, 'redis'));
  onTestFinished(() => redis[Symbol.asyncDispose]());
  const servers = await Promise.all(
    ['one', 'other'].map((name) =>
      startServer({
        OVATION_DATA_DIR: path.join(folder, name),
        OVATION_SIMULATOR: 'off',
        OVATION_REDIS_URL: redis.address,
        OVATION_LIMITS: `web=${LIMIT}/60`,
      }),
    ),
  );
  for (const server of servers) onTestFinished(() => server[Symbol.asyncDispose]());
  return { redis, servers };
}

interface Answer {
  readonly status: number;
  readonly limit: number;
  readonly remaining: number;
  readonly reset: number;
  readonly retryAfter: number;
  readonly ms: number;
}

async function ask(server: ServerProcess | undefined): Promise<Answer> {
  const startedAt = performance.now();
  const response = await fetch(`${server?.url}/settings/interval`);
  await response.arrayBuffer();
  const ms = performance.now() - startedAt;
  const header = (name: string) => Number(response.headers.get(name) ?? Number.NaN);
  return {
    status: response.status,
    limit: header('x-ratelimit-limit'),
    remaining: header('x-ratelimit-remaining'),
    reset: header('x-ratelimit-reset'),
    retryAfter: header('retry-after'),
    ms,
  };
}

it('what one process gave is gone at the other, and the headers say so', async () => {
  const { servers } = await setUp();
  const answers: Answer[] = [];
  for (let n = 0; n < LIMIT; n += 1) answers.push(await ask(servers[n % 2]));
  expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
  expect(answers.map(({ remaining }) => remaining)).toEqual(answers.map((_, n) => LIMIT - 1 - n));
  for (const server of servers) {
    const refused = await ask(server);
    expect(refused).toMatchObject({ status: 429, limit: LIMIT, remaining: 0 });
    expect(refused.retryAfter).toBeGreaterThan(0);
    expect(refused.retryAfter).toBeLessThanOrEqual(60);
    expect(refused.reset).toBeGreaterThan(Date.now() / 1_000 - 1);
  }
});

it('a frozen Redis ends no limit and holds no request up; afterwards the limit is shared again', async () => {
  const { redis, servers } = await setUp();
  const [one, other] = servers;
  for (let n = 0; n < LIMIT / 2; n += 1) expect((await ask(one)).status).toBe(200);
  await redis.signal('SIGSTOP');
  onTestFinished(() => redis.signal('SIGCONT'));
  // A process goes on from what it gave itself: this one has given half.
  const answers: Answer[] = [];
  for (let n = 0; n < LIMIT / 2 + 3; n += 1) answers.push(await ask(one));
  expect(answers.map(({ status }) => status)).toEqual(answers.map((_, n) => (n < LIMIT / 2 ? 200 : 429)));
  expect(answers.at(-1)).toMatchObject({ limit: LIMIT, remaining: 0 });
  expect(answers.at(-1)?.retryAfter).toBeGreaterThan(0);
  // The other has given nothing yet: at most the limit again, and no more.
  const ofOther: Answer[] = [];
  for (let n = 0; n < LIMIT + 3; n += 1) ofOther.push(await ask(other));
  expect(ofOther.filter(({ status }) => status === 200)).toHaveLength(LIMIT);
  // Only the first ones wait for Redis: from then on the process knows. A busy machine may slow a few others down.
  const all = [...answers, ...ofOther];
  expect(all.filter(({ ms }) => ms >= CALL_LIMIT_MS).length).toBeLessThan(all.length / 2);
  expect(Math.max(...all.map(({ ms }) => ms))).toBeLessThan(CALL_LIMIT_MS + BUSY_MS);
  await redis.signal('SIGCONT');
  // Half was taken in Redis by the first. What was taken meanwhile is not carried over.
  await vi.waitFor(async () => expect((await ask(other)).status).toBe(200), { timeout: 20_000, interval: 100 });
  const shared = [];
  for (let n = 0; n < LIMIT; n += 1) shared.push((await ask(servers[n % 2])).status);
  expect(shared).toContain(429);
  expect(shared.at(-1)).toBe(429);
});
