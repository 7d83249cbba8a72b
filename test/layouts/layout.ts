import { randomBytes } from 'node:crypto';
import path from 'node:path';
import { createEmptyDatabase } from '../../packages/server/test/services/postgres-database.ts';

/**
 * How the processes of one installation are laid out in a test run (S1-20): everything in one process, one process over the
 * engines, or five processes over them. Set by scripts/test-cluster.ts; without it, a run is embedded.
 */
export const LAYOUTS = ['embedded', 'services', 'five'] as const;
export type Layout = (typeof LAYOUTS)[number];

export function layoutOfRun(): Layout {
  const named = process.env['OVATION_TEST_LAYOUT'];
  return LAYOUTS.find((one) => one === named) ?? 'embedded';
}

/** What each process of the five does. The first one has the data folder that the test names. */
export const FIVE = ['api,worker,simulator', 'gateway', 'gateway', 'analyzer', 'analyzer'] as const;

const PARTITIONS = '6';
const PREFIX_BYTES = 4;
/** data folder → variables: a test that starts a server again on its folder means the same data */
const installations = new Map<string, Promise<Record<string, string>>>();

/** The engines of the installation that belongs to a data folder: a database and prefixes of its own. */
export function enginesOf(folder: string | undefined): Promise<Record<string, string>> {
  if (layoutOfRun() === 'embedded') return Promise.resolve({});
  const key = path.resolve(folder ?? 'data');
  const known = installations.get(key) ?? newInstallation();
  installations.set(key, known);
  return known;
}

async function newInstallation(): Promise<Record<string, string>> {
  const prefix = `t${randomBytes(PREFIX_BYTES).toString('hex')}`;
  const database = await createEmptyDatabase(given('OVATION_TEST_POSTGRES_URL'));
  return {
    OVATION_DATABASE_URL: database.url,
    OVATION_KAFKA_BROKERS: given('OVATION_TEST_KAFKA_BROKERS'),
    OVATION_KAFKA_PREFIX: `${prefix}.`,
    OVATION_KAFKA_PARTITIONS: PARTITIONS,
    OVATION_REDIS_URL: given('OVATION_TEST_REDIS_URL'),
    OVATION_REDIS_PREFIX: `${prefix}:`,
  };
}

function given(name: string): string {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set: npm run test:cluster starts the engines and sets it`);
  return value;
}
