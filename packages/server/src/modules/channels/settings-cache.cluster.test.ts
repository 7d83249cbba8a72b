import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Redis } from 'ioredis';
import { expect, inject, it, onTestFinished, vi } from 'vitest';
import { type ServerProcess, startServer } from '../../../../../test/server-process.ts';
import { createEmptyDatabase } from '../../../test/services/postgres-database.ts';
import { startRedis } from '../../../test/services/redis.ts';

/** Two processes over one PostgreSQL and one Redis, under the classic keys. */
async function setUp() {
  const folder = await mkdtemp(path.join(tmpdir(), 'ovation-settings-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const redis = await startRedis(path.join(folder, 'redis'));
  onTestFinished(() => redis[Symbol.asyncDispose]());
  const database = await createEmptyDatabase(inject('engines').postgres);
  onTestFinished(() => database[Symbol.asyncDispose]());
  const start = async (name: string) => {
    const environment = {
      OVATION_DATA_DIR: path.join(folder, name),
      OVATION_SIMULATOR: 'off',
      OVATION_REDIS_URL: redis.address,
      OVATION_REDIS_PREFIX: 'none',
      OVATION_DATABASE_URL: database.url,
      OVATION_DATABASE_POOL: '4',
      OVATION_LIMITS: 'off',
    };
    const server = await startServer(environment, ['--roles', 'api,worker']);
    onTestFinished(() => server[Symbol.asyncDispose]());
    return server;
  };
  const client = new Redis(redis.address);
  // The test kills what it is connected to.
  client.on('error', () => undefined);
  onTestFinished(() => client.disconnect());
  return { client, one: await start('one'), other: await start('other'), redis };
}

async function intervalOf({ url }: ServerProcess): Promise<number> {
  const response = await fetch(`${url}/settings/interval`);
  expect(response.status).toBe(200);
  return ((await response.json()) as { interval: number }).interval;
}

async function change({ url }: ServerProcess, interval: number): Promise<void> {
  const response = await fetch(`${url}/settings/interval`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ interval }),
  });
  expect(response.status).toBe(200);
}

async function metric({ url }: ServerProcess, name: string): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text();
  const line = text.split('\n').find((one) => one.startsWith(name));
  return Number(line?.split(' ').at(-1) ?? 0);
}

const WAIT = { timeout: 20_000, interval: 50 };
const storedIn = async (client: Redis) => JSON.parse((await client.get('settings')) ?? '{}') as { interval?: number };

it('settings lie under the classic key for 300 s after a GET, and a PUT changes them at once (S0-43, S2-07)', async () => {
  const { client, one, other } = await setUp();
  await change(one, 40);
  await vi.waitFor(async () => {
    expect(await intervalOf(one)).toBe(40);
    expect(await storedIn(client)).toMatchObject({ interval: 40, threshold: 0.3 });
  }, WAIT);
  const ttl = await client.pttl('settings');
  expect(ttl).toBeGreaterThan(0);
  expect(ttl).toBeLessThanOrEqual(300_000);
  const hits = 'cache_requests_total{cache="settings",outcome="hit"}';
  await vi.waitFor(async () => {
    expect(await intervalOf(other)).toBe(40);
    expect(await metric(other, hits)).toBeGreaterThan(0);
  }, WAIT);
  // The other process knows it from the store and from memory, and hears of the change.
  for (const interval of [41, 42, 43]) {
    await change(one, interval);
    expect((await storedIn(client)).interval ?? interval).toBe(interval);
    await vi.waitFor(async () => expect(await intervalOf(other)).toBe(interval), WAIT);
    await change(other, interval + 100);
    await vi.waitFor(async () => expect(await intervalOf(one)).toBe(interval + 100), WAIT);
  }
});

it('settings are right while Redis is frozen, when it is back with what it had, and without it', async () => {
  const { client, one, other, redis } = await setUp();
  await change(one, 40);
  await vi.waitFor(async () => {
    expect(await intervalOf(other)).toBe(40);
    expect(await storedIn(client)).toMatchObject({ interval: 40 });
  }, WAIT);
  await redis.signal('SIGSTOP');
  await change(one, 50);
  expect(await intervalOf(one)).toBe(50);
  await vi.waitFor(async () => expect(await intervalOf(other)).toBe(50), WAIT);
  await vi.waitFor(async () => expect(await metric(one, 'redis_up{use="store"}')).toBe(0), WAIT);
  await redis.signal('SIGCONT');
  // It still has the old settings, until the process that changed them reaches it.
  await vi.waitFor(async () => expect((await storedIn(client)).interval ?? 50).toBe(50), WAIT);
  await vi.waitFor(async () => {
    expect(await metric(one, 'redis_up{use="store"}')).toBe(1);
    expect(await intervalOf(one)).toBe(50);
    expect(await intervalOf(other)).toBe(50);
    expect(await storedIn(client)).toMatchObject({ interval: 50 });
  }, WAIT);
  await redis.signal('SIGKILL');
  await change(other, 60);
  expect(await intervalOf(other)).toBe(60);
  await vi.waitFor(async () => expect(await intervalOf(one)).toBe(60), WAIT);
});
