import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, inject, it, onTestFinished } from 'vitest';
import { runOvation, startServer } from '../../../../test/server-process.ts';
import { createEmptyDatabase } from '../services/postgres-database.ts';
import { freePorts } from '../services/service.ts';

const { kafka, postgres, redis } = inject('engines');

async function folderOf(): Promise<Record<string, string>> {
  const folder = await mkdtemp(path.join(tmpdir(), 'ovation-start-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return { OVATION_DATA_DIR: folder, OVATION_SIMULATOR: 'off', PORT: '0' };
}

async function database(): Promise<string> {
  const empty = await createEmptyDatabase(postgres);
  onTestFinished(() => empty[Symbol.asyncDispose]());
  return empty.url;
}

it('a broker that is away at the start is tried for a minute, then the process ends with 1 (S0-27)', async () => {
  const [port] = await freePorts(1);
  const startedAt = Date.now();
  const { code, stderr, stdout } = await runOvation(['serve'], {
    ...(await folderOf()),
    OVATION_KAFKA_BROKERS: `127.0.0.1:${port}`,
  });
  expect(code).toBe(1);
  expect(Date.now() - startedAt).toBeGreaterThan(50_000);
  expect(stdout).toContain('Kafka is not there yet');
  expect(stderr).toMatch(/Ovation did not start\. .*cannot be reached/);
});

it('a database that starts a moment later is waited for', async () => {
  const url = new URL(await database());
  const right = url.href;
  const [port] = await freePorts(1);
  url.port = String(port);
  const starting = startServer({ ...(await folderOf()), OVATION_DATABASE_URL: url.href });
  // What comes later is a relay to the server that is there.
  const { createServer, connect } = await import('node:net');
  const target = Number(new URL(right).port);
  await new Promise((resolve) => setTimeout(resolve, 3_000));
  const relay = createServer((socket) => {
    const remote = connect(target, '127.0.0.1');
    socket.pipe(remote).pipe(socket);
    for (const one of [socket, remote]) one.on('error', () => undefined);
  }).listen(port, '127.0.0.1');
  onTestFinished(() => void relay.close());
  await using server = await starting;
  expect(server.stdout.join('\n')).toContain('PostgreSQL is not there yet');
  expect((await fetch(`${server.url}/ready`)).status).toBe(200);
});

it('a wrong password of PostgreSQL ends the start at once, with one sentence and without the password', async () => {
  const url = new URL(await database());
  url.password = 'hidden-word';
  const { code, stderr, stdout } = await runOvation(['serve'], {
    ...(await folderOf()),
    OVATION_DATABASE_URL: url.href,
  });
  expect(code).toBe(1);
  expect(stderr).toMatch(/Ovation did not start\. The PostgreSQL server at .* refuses the password of/);
  expect(stderr + stdout).not.toContain('hidden-word');
  expect(stdout).not.toContain('not there yet');
});

it('with a wrong password of Redis the server runs without it, and /health says why (S4-06)', async () => {
  const url = new URL(redis);
  url.password = 'hidden-word';
  await using server = await startServer({
    ...(await folderOf()),
    OVATION_KAFKA_BROKERS: kafka,
    OVATION_KAFKA_PREFIX: `start-${process.pid}.`,
    OVATION_KAFKA_PARTITIONS: '2',
    OVATION_DATABASE_URL: await database(),
    OVATION_REDIS_URL: url.href,
  });
  const health = (await (await fetch(`${server.url}/health`)).json()) as Record<string, unknown>;
  expect(health).toMatchObject({ status: 'healthy', services: { redis: 'unhealthy' } });
  expect(health['reasons']).toEqual([expect.stringMatching(/Redis.*password/i)]);
  expect(server.stdout.join('\n') + JSON.stringify(health)).not.toContain('hidden-word');
});
