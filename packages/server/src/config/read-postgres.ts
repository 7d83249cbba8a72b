import { PORT_MAX } from './addresses.ts';
import { check, orphans, wholeNumber } from './check.ts';
import type { Environment } from './names.ts';
import type { PostgresService } from './services.ts';

const POSTGRES_PORT = 5_432;
const POOL_SIZE = 20;
const POOL_MAX = 500;
const POSTGRES_OPTIONS = [
  'DB_PORT',
  'DB_NAME',
  'DB_USER',
  'DB_PASSWORD',
  'OVATION_DATABASE_REPLICA_URL',
  'OVATION_DATABASE_POOL',
] as const;

export function readPostgres(environment: Environment, problems: string[]): PostgresService | undefined {
  const poolSize =
    check(problems, ['OVATION_DATABASE_POOL', environment.OVATION_DATABASE_POOL], wholeNumber(POOL_LEAST, POOL_MAX)) ??
    POOL_SIZE;
  const replicaUrl = postgresUrl('OVATION_DATABASE_REPLICA_URL', environment, problems);
  const url = postgresUrl('OVATION_DATABASE_URL', environment, problems) ?? classicPostgres(environment, problems);
  if (url === undefined) {
    problems.push(...orphans(environment, POSTGRES_OPTIONS, 'OVATION_DATABASE_URL or DB_HOST'));
    return undefined;
  }
  return { url, poolSize, ...(replicaUrl !== undefined && { replicaUrl }) };
}

/** Fewer would leave chat appends, which take half of the pool, without a connection. */
const POOL_LEAST = 4;

function postgresUrl(
  name: 'OVATION_DATABASE_URL' | 'OVATION_DATABASE_REPLICA_URL',
  environment: Environment,
  problems: string[],
): string | undefined {
  const value = environment[name];
  if (value === undefined) return undefined;
  const url = URL.parse(value);
  if (url && ['postgres:', 'postgresql:'].includes(url.protocol) && url.hostname !== '' && url.pathname.length > 1) {
    return value;
  }
  problems.push(`${name} cannot be read: give postgres://user:password@host:port/database`);
  return undefined;
}

function classicPostgres(environment: Environment, problems: string[]): string | undefined {
  const { DB_HOST: host, DB_PORT, DB_NAME, DB_USER = 'ovation', DB_PASSWORD } = environment;
  if (host === undefined || environment.OVATION_DATABASE_URL !== undefined) return undefined;
  const port = check(problems, ['DB_PORT', DB_PORT], wholeNumber(1, PORT_MAX)) ?? POSTGRES_PORT;
  const password = DB_PASSWORD === undefined ? '' : `:${encodeURIComponent(DB_PASSWORD)}`;
  const name = encodeURIComponent(DB_NAME ?? 'ovation');
  return `postgres://${encodeURIComponent(DB_USER)}${password}@${host.includes(':') ? `[${host}]` : host}:${port}/${name}`;
}
