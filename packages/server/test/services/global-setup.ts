import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { TestProject } from 'vitest/node';
import type { Engines } from './engines.ts';
import { startKafka } from './kafka.ts';
import { startPostgres } from './postgres.ts';
import { startRedis } from './redis.ts';
import { startS3 } from './s3.ts';

/** One engine of the run: taken from a variable, or started in the folder and ended after the last test. */
interface EngineSpec {
  readonly name: keyof Engines;
  /** an address of one that runs already */
  readonly variable: string;
  readonly start: (folder: string) => Promise<AsyncDisposable & { readonly address: string }>;
}

/** An engine is its file here and a line in this list. */
const ENGINES: readonly EngineSpec[] = [
  { name: 'redis', variable: 'OVATION_TEST_REDIS_URL', start: (folder) => startRedis(folder) },
  { name: 's3', variable: 'OVATION_TEST_S3_URL', start: startS3 },
  { name: 'kafka', variable: 'OVATION_TEST_KAFKA_BROKERS', start: startKafka },
  { name: 'postgres', variable: 'OVATION_TEST_POSTGRES_URL', start: startPostgres },
];

let stop: () => Promise<void> = async () => undefined;

export function teardown(): Promise<void> {
  return stop();
}

/** Starts the engines side by side. */
export async function setup(project: TestProject): Promise<void> {
  const folder = await mkdtemp(path.join(tmpdir(), 'ovation-cluster-'));
  // PostgreSQL runs as a user of its own, which must be able to pass.
  await chmod(folder, 0o755);
  const started: AsyncDisposable[] = [];
  stop = async () => {
    await Promise.all(started.map((service) => service[Symbol.asyncDispose]()));
    await rm(folder, { recursive: true, force: true });
  };
  try {
    const opening = ENGINES.map(async ({ name, variable, start }) => {
      const given = process.env[variable];
      if (given) return [name, given] as const;
      const service = await start(path.join(folder, name));
      started.push(service);
      return [name, service.address] as const;
    });
    const outcomes = await Promise.allSettled(opening);
    for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason;
    const addresses = outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []));
    // The list names every engine once.
    project.provide('engines', Object.fromEntries(addresses) as unknown as Engines);
  } catch (error) {
    await stop();
    throw error;
  }
}
