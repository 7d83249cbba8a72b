import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { describeEphemeralStoreContract } from '../../../test/contracts/ephemeral-store.contract.ts';
import {
  CAREFUL,
  redisServiceOf,
  type RunningRedis,
  startRedis,
  startRedisCluster,
} from '../../../test/services/redis.ts';
import { pause } from '../../../test/services/service.ts';
import { createSetTime, type SetTime } from '../../../test/services/set-time.ts';
import type { RedisService } from '../../config/services.ts';
import { EphemeralUnavailableError } from '../../ports/ephemeral-store.ts';
import { silentLogger } from '../../telemetry/logger.ts';
import { createInProcessEphemeralStore } from '../in-process/ephemeral-store.ts';
import { createSystemClock } from '../system/clock.ts';
import { openRedisEphemeralStore } from './ephemeral-store.ts';
import { withLocalFallback } from './with-local-fallback.ts';

const home = mkdtempSync(path.join(tmpdir(), 'ovation-redis-store-'));
const clock = createSystemClock();
const logger = silentLogger();
const toStop: AsyncDisposable[] = [];
afterAll(async () => {
  await Promise.all(toStop.map((server) => server[Symbol.asyncDispose]()));
  rmSync(home, { recursive: true, force: true });
});

const open = (service: RedisService, callLimitMs?: number) =>
  openRedisEphemeralStore({ service, clock, logger, ...(callLimitMs !== undefined && { callLimitMs }) });

let opened = 0;
/** Every test has keys of its own, in a server whose time stands still, and which a busy machine may hold up. */
async function openFresh(service: RedisService, time: SetTime) {
  const store = await open({ ...service, prefix: `${service.prefix}${opened++}:` }, 30_000);
  time.pass(0);
  return { store, pass: (ms: number) => time.pass(ms) };
}

describe('over one Redis', () => {
  const time = createSetTime(home, 'single');
  let server: RunningRedis;
  beforeAll(async () => {
    server = await startRedis(path.join(home, 'single'), { environment: time.environment });
    toStop.push(server);
  });
  describeEphemeralStoreContract('Redis', () => openFresh(server.service, time));
  describeEphemeralStoreContract('Redis with a prefix and an account that may touch nothing else', () =>
    openFresh({ ...server.service, ...CAREFUL }, time),
  );
});

describe('over a cluster', () => {
  const time = createSetTime(home, 'cluster');
  let service: RedisService;
  beforeAll(async () => {
    // Time leaps in the tests, which must not look like nodes that are silent.
    const cluster = await startRedisCluster(path.join(home, 'cluster'), {
      environment: time.environment,
      nodeTimeoutMs: 1_000_000_000,
    });
    toStop.push(cluster);
    ({ service } = cluster);
  });
  describeEphemeralStoreContract('a Redis cluster', () => openFresh(service, time));
});

describe('a store in Redis', () => {
  const service = () => ({ ...redisServiceOf(inject('engines').redis), prefix: `store-${opened++}:` });

  it('is shared by all that open it', async () => {
    const shared = service();
    await using one = await open(shared);
    await using other = await open(shared);
    await one.set('k', 'v', 60_000);
    expect(await other.get('k')).toBe('v');
    const window = { limit: 3, windowMs: 60_000 };
    const taken = await Promise.all(Array.from({ length: 10 }, (_, n) => (n % 2 ? one : other).take('w', window)));
    expect(taken.filter(({ allowed }) => allowed)).toHaveLength(3);
  });

  it('orders members of one score by UTF-16, and gives back every text', async () => {
    await using store = await open(service());
    const members = ['\uFFFF', '💜', 'ä', 'z', 'дом', '\uD800', '', '\uD83D\uDC9C\uE000'];
    for (const member of members) expect(await store.addScore('s', member, 1, 60_000)).toBe(true);
    const byUnits = members.toSorted((a, b) => (a < b ? -1 : 1));
    expect((await store.range('s', {})).map(({ member }) => member)).toEqual(byUnits);
    for (const [index, member] of byUnits.entries()) expect(await store.rank('s', member)).toBe(index);
    for (const member of members) expect(await store.removeMember('s', member)).toBe(true);
  });

  it('keeps scores exactly, also endless ones', async () => {
    await using store = await open(service());
    const scores = [-Infinity, -1e300, -0.1, 0, 5e-324, 1 / 3, 2 ** 53, Infinity];
    for (const [index, score] of scores.entries()) await store.addScore('s', `m${index}`, score, 60_000);
    expect((await store.range('s', {})).map(({ score }) => score)).toEqual(scores);
    expect(await store.removeByScore('s', -Infinity, -0.1)).toBe(3);
    expect(await store.range('s', { from: 1, to: Infinity, limit: 1 })).toEqual([{ member: 'm6', score: 2 ** 53 }]);
  });
});

describe('a Redis that fails', () => {
  let server: RunningRedis;
  beforeAll(async () => {
    server = await startRedis(path.join(home, 'failing'));
    toStop.push(server);
  });
  const window = { limit: 2, windowMs: 600_000 };

  /** How long a call takes to be refused. */
  async function refusedAfterMs(call: () => Promise<unknown>): Promise<number> {
    const started = performance.now();
    const error: unknown = await call().then(
      () => undefined,
      (reason: unknown) => reason,
    );
    const tookMs = performance.now() - started;
    expect(error).toBeInstanceOf(EphemeralUnavailableError);
    return tookMs;
  }

  async function untilServed(store: Awaited<ReturnType<typeof open>>): Promise<void> {
    while (
      !(await store.get('any').then(
        () => true,
        () => false,
      ))
    )
      await pause(20);
  }

  it('makes calls reject and never hang, and is used again when it is back', async () => {
    await using store = await open(server.service);
    await store.set('kept', 'v', 600_000);
    // The append-only file is flushed every second.
    await pause(1_500);
    await server.signal('SIGKILL');
    await refusedAfterMs(() => store.get('kept'));
    await server.startAgain();
    await untilServed(store);
    expect(await store.get('kept')).toBe('v');
    // The scripts are unknown to the new process.
    expect(await store.take('after', window)).toMatchObject({ allowed: true, remaining: 1 });
    expect(store.status()).toEqual({ state: 'up' });

    await server.signal('SIGSTOP');
    const first = await refusedAfterMs(() => store.get('kept'));
    const later = await Promise.all(Array.from({ length: 1_000 }, () => refusedAfterMs(() => store.get('kept'))));
    await server.signal('SIGCONT');
    expect(first).toBeGreaterThan(90);
    // At once: the circuit is open. The bound is wide for a busy machine.
    expect(later.toSorted((a, b) => a - b)[500]).toBeLessThan(90);
    await untilServed(store);
    expect(await store.get('kept')).toBe('v');
  });

  it('is away for longer than a connection may be silent, and is used again', async () => {
    await using store = await open(server.service);
    await server.signal('SIGSTOP');
    await refusedAfterMs(() => store.get('k'));
    while (store.status().state !== 'down') await pause(50);
    await pause(4_000);
    await server.signal('SIGCONT');
    await untilServed(store);
    while (store.status().state !== 'up') await pause(20);
    expect(await store.take('after a long silence', window)).toMatchObject({ allowed: true });
  });

  it('does not fail the opening', async () => {
    await server.signal('SIGKILL');
    await using store = await open(server.service);
    await refusedAfterMs(() => store.get('k'));
    while (store.status().state !== 'down') await pause(50);
    await server.startAgain();
    await untilServed(store);
    expect(await store.take('after a late start', window)).toMatchObject({ allowed: true });
  });

  it('leaves the limits to each node, which goes on from what it gave', async () => {
    const store = withLocalFallback(await open(server.service), createInProcessEphemeralStore({ clock }));
    await using _end = store;
    expect(await store.take('limit', window)).toMatchObject({ allowed: true, remaining: 1 });
    await server.signal('SIGKILL');
    expect(await store.take('limit', window)).toMatchObject({ allowed: true, remaining: 0 });
    expect(await store.take('limit', window)).toMatchObject({ allowed: false });
    await expect(store.get('k')).rejects.toBeInstanceOf(EphemeralUnavailableError);
    await server.startAgain();
  });
});
