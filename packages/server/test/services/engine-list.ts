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
