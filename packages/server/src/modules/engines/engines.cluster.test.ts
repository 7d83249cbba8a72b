import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, it, onTestFinished, vi } from 'vitest';
import { startServer } from '../../../../../test/server-process.ts';
import { startOwnPostgres } from '../../../test/services/own-postgres.ts';
import { query } from '../../../test/services/postgres-database.ts';
import { startRedis } from '../../../test/services/redis.ts';

const WAIT = { timeout: 60_000, interval: 200 };

it('a server says of its replica, its pool and its Redis how they are', async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'ovation-engines-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const own = await startOwnPostgres();
  onTestFinished(() => own[Symbol.asyncDispose]());
  const replica = await own.replica();
  const redis = await startRedis(path.join(folder, 'redis'));
  onTestFinished(() => redis[Symbol.asyncDispose]());
  const server = await startServer({
    OVATION_DATA_DIR: path.join(folder, 'data'),
    OVATION_DATABASE_URL: own.primary.address,
    OVATION_DATABASE_REPLICA_URL: replica.address,
    OVATION_DATABASE_POOL: '6',
    OVATION_REDIS_URL: redis.address,
    // Its audience writes, so that the replica falls behind when it stops.
    OVATION_SIMULATOR: 'demo',
  });
  onTestFinished(() => server[Symbol.asyncDispose]());
  const metric = async (name: string) => {
    const text = await (await fetch(`${server.url}/metrics`)).text();
    const line = text.split('\n').find((one) => one.startsWith(`${name} `));
    return line === undefined ? undefined : Number(line.split(' ').at(-1));
  };
  await vi.waitFor(async () => {
    expect(await metric('database_replica_lag_seconds{server="replica"}')).toBeGreaterThanOrEqual(0);
    expect(await metric('database_pool_connections{state="total"}')).toBeGreaterThan(0);
    expect(await metric('redis_up{use="bus"}')).toBe(1);
    expect(await metric('event_log_append_seconds_count')).toBeGreaterThan(0);
    expect(await metric('bridge_lag_seconds{topic="raw-emote-data"}')).toBeDefined();
  }, WAIT);
  expect(await metric('database_pool_connections{state="total"}')).toBeLessThanOrEqual(6);
  await query(replica.address, 'select pg_wal_replay_pause()');
  await vi.waitFor(async () => {
    expect(await metric('database_replica_lag_bytes{server="replica"}')).toBeGreaterThan(0);
  }, WAIT);
  await redis.signal('SIGKILL');
  await vi.waitFor(async () => {
    expect(await metric('redis_up{use="bus"}')).toBe(0);
    expect(await metric('bus_messages_dropped_total')).toBeGreaterThan(0);
  }, WAIT);
});
