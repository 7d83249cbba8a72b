import type { BlobService, RedisService } from '../config/services.ts';
import type { BlobStore } from '../ports/blob-store.ts';
import type { Clock } from '../ports/clock.ts';
import type { Database, Migration } from '../ports/database.ts';
import type { EphemeralStore } from '../ports/ephemeral-store.ts';
import type { EventLog } from '../ports/event-log.ts';
import type { LiveBus } from '../ports/live-bus.ts';
import type { Logger } from '../telemetry/logger.ts';
import type { RedisEphemeralStore } from './redis/ephemeral-store.ts';
import type { RedisLiveBus } from './redis/live-bus.ts';

/** One adapter of a port: a new backend is its file and a line in its list. Only the chosen one is loaded. */
interface AdapterChoice<Options, Port> {
  readonly name: string;
  readonly open: (options: Options) => Promise<Port>;
}

export interface EventLogOptions {
  readonly folder: string;
  readonly clock: Clock;
  readonly logger: Logger;
}

export interface DatabaseOptions {
  readonly folder: string;
  readonly dumpFolder: string;
  /** may still be on their way while the backend opens */
  readonly migrations: readonly Migration[] | Promise<readonly Migration[]>;
  /** called when the backend opens by itself and the caller may use the time */
  readonly onStarted?: () => void;
  readonly clock: Clock;
  readonly logger: Logger;
}

export const eventLogs: readonly AdapterChoice<EventLogOptions, EventLog>[] = [
  { name: 'lmdb', open: async (options) => (await import('./lmdb/event-log.ts')).openLmdbEventLog(options) },
];

export const databases: readonly AdapterChoice<DatabaseOptions, Database>[] = [
  { name: 'pglite', open: async (options) => (await import('./pglite/database.ts')).openPgliteDatabase(options) },
];

export const liveBuses: readonly AdapterChoice<{ logger: Logger }, LiveBus>[] = [
  {
    name: 'in-process',
    open: async ({ logger }) => (await import('./in-process/live-bus.ts')).createInProcessLiveBus({ logger }),
  },
];

export const ephemeralStores: readonly AdapterChoice<{ clock: Clock }, EphemeralStore>[] = [
  {
    name: 'in-process',
    open: async ({ clock }) =>
      (await import('./in-process/ephemeral-store.ts')).createInProcessEphemeralStore({ clock }),
  },
];

interface RedisOptions {
  readonly service: RedisService;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Instead of the bus within the process, where a Redis is named. */
export const redisLiveBus: AdapterChoice<RedisOptions, RedisLiveBus> = {
  name: 'redis',
  open: async (options) => (await import('./redis/live-bus.ts')).openRedisLiveBus(options),
};

/** Instead of the store within the process, where a Redis is named. Limits go on within the process when it is away. */
export const redisEphemeralStore: AdapterChoice<RedisOptions, RedisEphemeralStore> = {
  name: 'redis',
  open: async (options) => (await import('./redis/with-local-fallback.ts')).openRedisStoreWithLocalLimits(options),
};

export const blobStores: readonly AdapterChoice<{ folder: string }, BlobStore>[] = [
  { name: 'disk', open: async (options) => (await import('./disk/blob-store.ts')).openDiskBlobStore(options) },
];

/** Instead of files, where a bucket is named. */
export const s3BlobStore: AdapterChoice<{ service: BlobService }, BlobStore> = {
  name: 's3',
  open: async (options) => (await import('./s3/blob-store.ts')).openS3BlobStore(options),
};

export const clocks: readonly AdapterChoice<undefined, Clock>[] = [
  { name: 'system', open: async () => (await import('./system/clock.ts')).createSystemClock() },
];

/** The first of a list is the embedded adapter; this version has no others. */
export async function openAdapter<Options, Port>(
  choices: readonly AdapterChoice<Options, Port>[],
  options: Options,
): Promise<Port> {
  const [embedded] = choices;
  if (!embedded) throw new Error('This port has no adapter');
  return embedded.open(options);
}
