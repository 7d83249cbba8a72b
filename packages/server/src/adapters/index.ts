import type { TopicSpec } from '@ovation/protocol';
import type { BlobService, Services } from '../config/services.ts';
import type { BlobStore } from '../ports/blob-store.ts';
import type { Clock } from '../ports/clock.ts';
import type { Database, Migration, ReplicaLag } from '../ports/database.ts';
import type { EphemeralStore } from '../ports/ephemeral-store.ts';
import type { EventLog } from '../ports/event-log.ts';
import type { Finding } from '../ports/finding.ts';
import type { LiveBus } from '../ports/live-bus.ts';
import type { Logger } from '../telemetry/logger.ts';

/** One adapter of a port: a new backend is its file and a line in its list. Only the chosen one is loaded. */
interface AdapterChoice<Options, Port> {
  readonly name: string;
  /** Whether the configuration names this engine. Without it the adapter is the embedded one. */
  readonly isNamed?: (services: Services) => boolean;
  readonly open: (options: Options) => Promise<Port>;
}

export interface EventLogOptions {
  /** of the embedded log */
  readonly folder: string;
  /** where the brokers are, for the log in Kafka */
  readonly services: Pick<Services, 'kafka'>;
  readonly clock: Clock;
  readonly logger: Logger;
}

export interface DatabaseOptions {
  /** of the embedded database */
  readonly folder: string;
  readonly dumpFolder: string;
  /** may still be on their way while the backend opens */
  readonly migrations: readonly Migration[] | Promise<readonly Migration[]>;
  /** called when the backend opens by itself and the caller may use the time */
  readonly onStarted?: () => void;
  /** where the server is, for PostgreSQL */
  readonly services: Pick<Services, 'postgres'>;
  /** Told every 5 s how far the replica is behind; undefined = it is not read from. */
  readonly onReplicaLag?: (lag: ReplicaLag | undefined) => void;
  readonly clock: Clock;
  readonly logger: Logger;
}

export const eventLogs: readonly AdapterChoice<EventLogOptions, EventLog>[] = [
  { name: 'lmdb', open: async (options) => (await import('./lmdb/event-log.ts')).openLmdbEventLog(options) },
  {
    name: 'kafka',
    isNamed: ({ kafka }) => kafka !== undefined,
    open: async ({ services: { kafka }, clock, logger }) => {
      if (!kafka) throw new Error('The event log in Kafka needs the addresses of its brokers');
      return (await import('./kafka/event-log.ts')).openKafkaEventLog({ service: kafka, clock, logger });
    },
  },
];

export const databases: readonly AdapterChoice<DatabaseOptions, Database>[] = [
  { name: 'pglite', open: async (options) => (await import('./pglite/database.ts')).openPgliteDatabase(options) },
  {
    name: 'postgres',
    isNamed: ({ postgres }) => postgres !== undefined,
    open: async ({ services: { postgres: service }, ...options }) => {
      if (!service) throw new Error('PostgreSQL needs the address of its server');
      return (await import('./postgres/database.ts')).openPostgresDatabase({ service, ...options });
    },
  },
];

interface SmallStateOptions {
  readonly services: Pick<Services, 'redis'>;
  readonly clock: Clock;
  readonly logger: Logger;
}

export const liveBuses: readonly AdapterChoice<SmallStateOptions, LiveBus>[] = [
  {
    name: 'in-process',
    open: async ({ logger }) => (await import('./in-process/live-bus.ts')).createInProcessLiveBus({ logger }),
  },
  {
    name: 'redis',
    isNamed: ({ redis }) => redis !== undefined,
    open: async ({ services: { redis: service }, ...parts }) => {
      if (!service) throw new Error('The bus over Redis needs the address of its server');
      return (await import('./redis/live-bus.ts')).openRedisLiveBus({ service, ...parts });
    },
  },
];

export const ephemeralStores: readonly AdapterChoice<SmallStateOptions, EphemeralStore>[] = [
  {
    name: 'in-process',
    open: async ({ clock }) =>
      (await import('./in-process/ephemeral-store.ts')).createInProcessEphemeralStore({ clock }),
  },
  {
    // Limits go on within the process when Redis is away.
    name: 'redis',
    isNamed: ({ redis }) => redis !== undefined,
    open: async ({ services: { redis: service }, ...parts }) => {
      if (!service) throw new Error('The store in Redis needs the address of its server');
      return (await import('./redis/with-local-fallback.ts')).openRedisStoreWithLocalLimits({ service, ...parts });
    },
  },
];

interface BlobOptions {
  /** of the blobs on the disk */
  readonly folder: string;
  readonly service?: BlobService;
}

/** @public No module keeps blobs yet. */
export const blobStores: readonly AdapterChoice<BlobOptions, BlobStore>[] = [
  { name: 'disk', open: async (options) => (await import('./disk/blob-store.ts')).openDiskBlobStore(options) },
  {
    name: 's3',
    open: async ({ service }) => {
      if (!service) throw new Error('Blobs in S3 need the name of their bucket');
      return (await import('./s3/blob-store.ts')).openS3BlobStore({ service });
    },
  },
];

export const clocks: readonly AdapterChoice<undefined, Clock>[] = [
  { name: 'system', open: async () => (await import('./system/clock.ts')).createSystemClock() },
];

interface ExaminationOptions {
  readonly services: Services;
  /** as they would be made */
  readonly topics: readonly TopicSpec[];
  readonly migrations: readonly Migration[];
  readonly clock: Clock;
}

/** What `ovation doctor` asks of each engine outside of the process; an engine that is not named answers nothing. */
export const examinations: readonly ((options: ExaminationOptions) => Promise<readonly Finding[]>)[] = [
  async ({ services: { kafka: service }, ...options }) =>
    service ? (await import('./kafka/examine/examine.ts')).examineKafka({ service, ...options }) : [],
  async ({ services: { redis: service }, ...options }) =>
    service ? (await import('./redis/examine/examine.ts')).examineRedis({ service, ...options }) : [],
  async ({ services: { postgres: service }, ...options }) =>
    service ? (await import('./postgres/examine/examine.ts')).examinePostgres({ service, ...options }) : [],
];

/** Opens the adapter whose engine the configuration names, else the embedded one. */
export async function openAdapter<Options, Port>(
  choices: readonly AdapterChoice<Options, Port>[],
  services: Services,
  options: Options,
): Promise<Port> {
  const chosen = choices.find(({ isNamed }) => isNamed?.(services)) ?? choices.find(({ isNamed }) => !isNamed);
  if (!chosen) throw new Error('This port has no adapter');
  return chosen.open(options);
}
