import { Cluster, Redis } from 'ioredis';
import type { RedisService } from '../../config/services.ts';

export type RedisClient = Redis | Cluster;

const CONNECT_LIMIT_MS = 500;
/** For what the client asks when it connects. A call has a shorter limit of its own: node-link.ts. */
const HANDSHAKE_LIMIT_MS = 1_000;
const RETRY_STEP_MS = 50;
const RETRY_MAX_MS = 500;
const SLOTS_EVERY_MS = 2_000;
const REDIRECTIONS_MAX = 3;

/** For commands: one connection, or one to each node of a cluster. Attach an `error` listener at once. */
export function openClient(service: RedisService): RedisClient {
  if (service.mode !== 'cluster') return new Redis({ ...addressOf(service), ...optionsOf(service) });
  return new Cluster([...service.nodes], {
    enableOfflineQueue: false,
    clusterRetryStrategy: retryDelayMs,
    clusterNodeRetryStrategy: retryDelayMs,
    slotsRefreshInterval: SLOTS_EVERY_MS,
    slotsRefreshTimeout: HANDSHAKE_LIMIT_MS,
    maxRedirections: REDIRECTIONS_MAX,
    // A call that fails is an answer: the caller has its own way out.
    retryDelayOnFailover: 0,
    retryDelayOnClusterDown: 0,
    redisOptions: nodeOptionsOf(service),
  });
}

/** For subscriptions, which take a connection for themselves. */
export function openSubscriber(service: RedisService): Redis {
  return new Redis({ ...addressOf(service), ...optionsOf(service), autoResubscribe: false });
}

/** For the sharded subscriptions of one node of a cluster. */
export function openNodeSubscriber(service: RedisService, host: string, port: number): Redis {
  return new Redis({ host, port, ...optionsOf(service), autoResubscribe: false });
}

function addressOf({ nodes, mode, primaryName }: RedisService) {
  if (mode === 'sentinel') {
    return {
      sentinels: [...nodes],
      ...(primaryName !== undefined && { name: primaryName }),
      sentinelRetryStrategy: retryDelayMs,
      sentinelCommandTimeout: HANDSHAKE_LIMIT_MS,
    };
  }
  const [first] = nodes;
  return first ? { ...first } : {};
}

function optionsOf(service: RedisService) {
  return {
    ...nodeOptionsOf(service),
    db: service.mode === 'cluster' ? 0 : service.database,
    enableOfflineQueue: false,
    retryStrategy: retryDelayMs,
  };
}

function nodeOptionsOf({ mode, password, tls, username }: RedisService) {
  return {
    ...(username !== undefined && { username }),
    ...(password !== undefined && { password }),
    ...(tls && { tls: {}, enableTLSForSentinelMode: mode === 'sentinel' }),
    connectTimeout: CONNECT_LIMIT_MS,
    commandTimeout: HANDSHAKE_LIMIT_MS,
    maxRetriesPerRequest: 0,
    autoResendUnfulfilledCommands: false,
    // After a failover the old primary is a replica: the way to the new one is a new connection.
    reconnectOnError: (error: Error) => error.message.startsWith('READONLY'),
  };
}

function retryDelayMs(attempt: number): number {
  return Math.min(RETRY_STEP_MS * attempt, RETRY_MAX_MS);
}
