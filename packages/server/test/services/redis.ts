import { execFile, spawnSync } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import type { RedisService } from '../../src/config/services.ts';
import { acceptsConnections, freePorts, pause, type ServiceProcess, startService } from './service.ts';
import type { SetTime } from './set-time.ts';

const run = promisify(execFile);

const AGREE_LIMIT_MS = 60_000;
const POLL_MS = 50;
/** of the default user, who may do everything */
const PASSWORD = 'redis-test-password';
/** An account as a careful operator makes it: only keys and channels of one prefix, no dangerous commands. */
export const CAREFUL = { username: 'careful', password: 'careful-test-password', prefix: 'careful:' } as const;
const CAREFUL_RULES = `user ${CAREFUL.username} on >${CAREFUL.password} ~${CAREFUL.prefix}* &${CAREFUL.prefix}* +@all -@dangerous +info`;

/** A Redis server that tests kill, freeze and start again: same port, same folder. */
export interface RunningRedis extends AsyncDisposable {
  readonly port: number;
  /** redis://… of the default user */
  readonly address: string;
  readonly service: RedisService;
  signal(name: 'SIGKILL' | 'SIGTERM' | 'SIGSTOP' | 'SIGCONT'): Promise<void>;
  startAgain(): Promise<void>;
}

interface RedisSettings {
  readonly port?: number;
  /** further lines of its configuration */
  readonly lines?: readonly string[];
  readonly isSentinel?: boolean;
  readonly environment?: Readonly<Record<string, string>>;
}

/** One Redis with a password, the account `CAREFUL` and an append-only file. */
export async function startRedis(folder: string, settings: RedisSettings = {}): Promise<RunningRedis> {
  checkRedisIsThere();
  const { environment, isSentinel = false, lines = [] } = settings;
  const [freePort = 0] = settings.port === undefined ? await freePorts(1) : [];
  const port = settings.port ?? freePort;
  await mkdir(folder, { recursive: true });
  const configFile = path.join(folder, 'redis.conf');
  const own = isSentinel ? [] : serverLines();
  await writeFile(configFile, [`port ${port}`, 'bind 127.0.0.1', `dir ${folder}`, ...own, ...lines, ''].join('\n'));
  const start = (): Promise<ServiceProcess> =>
    startService({
      name: isSentinel ? 'Redis Sentinel' : 'Redis',
      command: ['redis-server', configFile, ...(isSentinel ? ['--sentinel'] : [])],
      folder,
      logFile: path.join(folder, 'redis.log'),
      ...(environment && { environment }),
      isReady: () => acceptsConnections(port),
    });
  let process = await start();
  const address = `redis://:${PASSWORD}@127.0.0.1:${port}`;
  return {
    port,
    address,
    service: redisServiceOf(address),
    signal: (name) => process.signal(name),
    startAgain: async () => {
      process = await start();
    },
    [Symbol.asyncDispose]: () => process[Symbol.asyncDispose](),
  };
}

function serverLines(): string[] {
  return [
    'save ""',
    'appendonly yes',
    'appendfsync everysec',
    'maxmemory 64mb',
    'maxmemory-policy noeviction',
    `requirepass ${PASSWORD}`,
    `masterauth ${PASSWORD}`,
    CAREFUL_RULES,
  ];
}

export interface RunningRedisCluster extends AsyncDisposable {
  readonly nodes: readonly RunningRedis[];
  readonly service: RedisService;
}

/** Three primaries without replicas: what a dead one holds is away until it is back. */
export async function startRedisCluster(
  folder: string,
  { environment, nodeTimeoutMs = 2_000 }: { environment?: SetTime['environment']; nodeTimeoutMs?: number } = {},
): Promise<RunningRedisCluster> {
  const ports = await freePorts(6);
  const nodes = await Promise.all(
    [0, 1, 2].map((index) =>
      startRedis(path.join(folder, `node-${index}`), {
        port: ports[index] ?? 0,
        ...(environment && { environment }),
        lines: [
          'cluster-enabled yes',
          'cluster-config-file nodes.conf',
          `cluster-node-timeout ${nodeTimeoutMs}`,
          `cluster-port ${ports[index + 3]}`,
          'cluster-require-full-coverage no',
        ],
      }),
    ),
  );
  try {
    await joinNodes(nodes);
  } catch (error) {
    await stopAll(nodes);
    throw error;
  }
  return {
    nodes,
    service: { ...redisServiceOf(), mode: 'cluster', nodes: nodes.map(({ port }) => ({ host: '127.0.0.1', port })) },
    [Symbol.asyncDispose]: () => stopAll(nodes),
  };
}

async function joinNodes(nodes: readonly RunningRedis[]): Promise<void> {
  const addresses = nodes.map(({ port }) => `127.0.0.1:${port}`);
  const login = ['-a', PASSWORD, '--no-auth-warning'];
  await run('redis-cli', [...login, '--cluster', 'create', ...addresses, '--cluster-replicas', '0', '--cluster-yes']);
  for (const { port } of nodes) {
    const info = () => run('redis-cli', [...login, '-p', String(port), 'cluster', 'info']);
    await untilTrue('The Redis cluster is not whole', async () => (await info()).stdout.includes('cluster_state:ok'));
  }
}

export interface RunningSentinels extends AsyncDisposable {
  readonly primary: RunningRedis;
  readonly replica: RunningRedis;
  readonly service: RedisService;
}

/** A primary, its replica and three sentinels that agree on a dead primary within two seconds. */
export async function startRedisSentinels(folder: string): Promise<RunningSentinels> {
  const primary = await startRedis(path.join(folder, 'primary'));
  const replica = await startRedis(path.join(folder, 'replica'), { lines: [`replicaof 127.0.0.1 ${primary.port}`] });
  const sentinels = await Promise.all(
    [0, 1, 2].map((index) =>
      startRedis(path.join(folder, `sentinel-${index}`), {
        isSentinel: true,
        lines: [
          `sentinel monitor ovation 127.0.0.1 ${primary.port} 2`,
          `sentinel auth-pass ovation ${PASSWORD}`,
          'sentinel down-after-milliseconds ovation 1000',
          'sentinel failover-timeout ovation 3000',
        ],
      }),
    ),
  );
  const nodes = sentinels.map(({ port }) => ({ host: '127.0.0.1', port }));
  await untilSentinelsKnowAll(nodes);
  return {
    primary,
    replica,
    service: { ...redisServiceOf(), mode: 'sentinel', primaryName: 'ovation', nodes },
    [Symbol.asyncDispose]: () => stopAll([...sentinels, replica, primary]),
  };
}

/** A failover needs the replica and both other sentinels, which each one hears of within seconds. */
async function untilSentinelsKnowAll(nodes: readonly { readonly port: number }[]): Promise<void> {
  for (const { port } of nodes) {
    const ask = () => run('redis-cli', ['-p', String(port), 'sentinel', 'master', 'ovation']);
    const isComplete = (text: string) => /num-slaves\s+1\s/.test(text) && /num-other-sentinels\s+2\s/.test(text);
    await untilTrue('The sentinels do not know each other', async () => isComplete((await ask()).stdout));
  }
}

async function untilTrue(otherwise: string, look: () => Promise<boolean>): Promise<void> {
  const deadline = performance.now() + AGREE_LIMIT_MS;
  while (!(await look())) {
    if (performance.now() > deadline) throw new Error(`${otherwise} after ${AGREE_LIMIT_MS} ms`);
    await pause(POLL_MS);
  }
}

async function stopAll(servers: readonly AsyncDisposable[]): Promise<void> {
  await Promise.all(servers.map((server) => server[Symbol.asyncDispose]()));
}

/** @param address redis://user:password@host:port/database */
export function redisServiceOf(address = `redis://:${PASSWORD}@127.0.0.1:0`): RedisService {
  const { hostname, password, pathname, port, protocol, username } = new URL(address);
  return {
    mode: 'single',
    nodes: [{ host: hostname, port: Number(port || 6379) }],
    ...(username && { username: decodeURIComponent(username) }),
    ...(password && { password: decodeURIComponent(password) }),
    tls: protocol === 'rediss:',
    prefix: '',
    database: Number(pathname.slice(1)),
  };
}

function checkRedisIsThere(): void {
  if (spawnSync('redis-server', ['--version']).error === undefined) return;
  throw new Error(
    'redis-server is not on this machine: install it (Debian: apt-get install redis-server), or name a Redis that runs in OVATION_TEST_REDIS_URL',
  );
}
