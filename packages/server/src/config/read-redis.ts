import { hostAndPort, PORT_MAX } from './addresses.ts';
import { check, orphans, wholeNumber } from './check.ts';
import type { Environment } from './names.ts';
import type { RedisService } from './services.ts';

const REDIS_PORT = 6_379;
const SENTINEL_PORT = 26_379;
const REDIS_OPTIONS = ['REDIS_PORT', 'REDIS_PASSWORD', 'OVATION_REDIS_PREFIX'] as const;

const REDIS_MODES: Readonly<Record<string, Pick<RedisService, 'mode' | 'tls'>>> = {
  'redis:': { mode: 'single', tls: false },
  'rediss:': { mode: 'single', tls: true },
  'redis-sentinel:': { mode: 'sentinel', tls: false },
  'rediss-sentinel:': { mode: 'sentinel', tls: true },
  'redis-cluster:': { mode: 'cluster', tls: false },
  'rediss-cluster:': { mode: 'cluster', tls: true },
};
const REDIS_SENTENCE =
  'give redis://[user:password@]host:port[/number], redis-sentinel://…@host:port,host:port/name-of-the-primary or redis-cluster://…@host:port,host:port; rediss… with TLS';
const PREFIX = 'ovation:';

export function readRedis(environment: Environment, problems: string[]): RedisService | undefined {
  const prefix = environment.OVATION_REDIS_PREFIX ?? PREFIX;
  const { OVATION_REDIS_URL: url, REDIS_HOST: host, REDIS_PORT: port, REDIS_PASSWORD: password } = environment;
  if (url !== undefined) {
    const read = redisOf(url);
    // The address may hold a password, so it is not shown.
    if (!read) problems.push(`OVATION_REDIS_URL cannot be read: ${REDIS_SENTENCE}`);
    return read && { ...read, prefix };
  }
  if (host === undefined) {
    problems.push(...orphans(environment, REDIS_OPTIONS, 'OVATION_REDIS_URL or REDIS_HOST'));
    return undefined;
  }
  const number = check(problems, ['REDIS_PORT', port], wholeNumber(1, PORT_MAX)) ?? REDIS_PORT;
  const nodes = [{ host, port: number }];
  return { mode: 'single', nodes, tls: false, prefix, database: 0, ...(password !== undefined && { password }) };
}

const REDIS_URL =
  /^(?<scheme>[a-z-]+:)\/\/(?:(?<user>[^:@/]*)(?::(?<password>[^@/]*))?@)?(?<nodes>[^@/]+)(?:\/(?<path>[^/]*))?$/;

function redisOf(url: string): Omit<RedisService, 'prefix'> | undefined {
  const { scheme = '', user, password, nodes: list = '', path = '' } = REDIS_URL.exec(url)?.groups ?? {};
  const kind = REDIS_MODES[scheme];
  const nodes = kind && nodesOf(kind.mode, list);
  const place = kind && placeOf(kind.mode, path);
  if (!nodes || !place) return undefined;
  return {
    ...kind,
    nodes,
    ...place,
    ...(user && { username: decodeURIComponent(user) }),
    ...(password && { password: decodeURIComponent(password) }),
  };
}

function nodesOf(mode: RedisService['mode'], list: string): RedisService['nodes'] | undefined {
  const usual = mode === 'sentinel' ? SENTINEL_PORT : REDIS_PORT;
  const given = list.split(',');
  const nodes = given.map((node) => hostAndPort(node, usual)).filter((node) => node !== undefined);
  return nodes.length === given.length && (mode !== 'single' || nodes.length === 1) ? nodes : undefined;
}

/** What stands behind the hosts: the name of the primary, or the number of the database; a cluster has only number 0. */
function placeOf(mode: RedisService['mode'], path: string): Pick<RedisService, 'database' | 'primaryName'> | undefined {
  if (mode === 'sentinel') return path === '' ? undefined : { database: 0, primaryName: path };
  if (!/^\d{0,3}$/.test(path) || (mode === 'cluster' && Number(path) > 0)) return undefined;
  return { database: Number(path) };
}
