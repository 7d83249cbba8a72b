import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Engines } from './engines.ts';
import { startKafka } from './kafka.ts';
import { startPostgres } from './postgres.ts';
import { startRedis } from './redis.ts';
import { startS3 } from './s3.ts';

/** One engine of a run: taken from a variable, or started in a folder and ended after the last test. */
interface EngineSpec {
  readonly name: keyof Engines;
  /** an address of one that runs already, for tests */
  readonly variable: string;
  /** the variable by which a process of Ovation is told its address */
  readonly serves?: string;
  readonly start: (folder: string) => Promise<AsyncDisposable & { readonly address: string }>;
}

/** An engine is its file here and a line in this list. */
export const ENGINES: readonly EngineSpec[] = [
  { name: 'kafka', variable: 'OVATION_TEST_KAFKA_BROKERS', serves: 'OVATION_KAFKA_BROKERS', start: startKafka },
  { name: 'postgres', variable: 'OVATION_TEST_POSTGRES_URL', serves: 'OVATION_DATABASE_URL', start: startPostgres },
  {
    name: 'redis',
    variable: 'OVATION_TEST_REDIS_URL',
    serves: 'OVATION_REDIS_URL',
    start: (folder) => startRedis(folder),
  },
  { name: 's3', variable: 'OVATION_TEST_S3_URL', start: startS3 },
];

export interface OpenEngines extends AsyncDisposable {
  readonly list: readonly { readonly spec: EngineSpec; readonly address: string }[];
}

/**
 * Starts engines side by side, in a temporary folder; one whose variable is set is used as it is. Disposing ends what was
 * started. @throws what the first one threw that did not start; then the others have ended
 */
export async function openEngines(wanted: readonly EngineSpec[] = ENGINES): Promise<OpenEngines> {
  const folder = await mkdtemp(path.join(tmpdir(), 'ovation-engines-'));
  // PostgreSQL runs as a user of its own, which must be able to pass.
  await chmod(folder, 0o755);
  const started: AsyncDisposable[] = [];
  const stop = async () => {
    await Promise.all(started.map((service) => service[Symbol.asyncDispose]()));
    await rm(folder, { recursive: true, force: true });
  };
  const outcomes = await Promise.allSettled(
    wanted.map(async (spec) => {
      const given = process.env[spec.variable];
      if (given) return { spec, address: given };
      const service = await spec.start(path.join(folder, spec.name));
      started.push(service);
      return { spec, address: service.address };
    }),
  );
  const failed = outcomes.find((outcome) => outcome.status === 'rejected');
  if (failed) {
    await stop();
    throw failed.reason;
  }
  const list = outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []));
  return { list, [Symbol.asyncDispose]: stop };
}
