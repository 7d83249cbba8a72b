/** Every variable the server reads, in the order of docs/reference/configuration.md, which a test compares. */
export interface VariableSpec {
  readonly name: string;
  /** what it does, one sentence */
  readonly meaning: string;
  /** as shown in the reference; what an unset variable means */
  readonly fallback: string;
  readonly isSecret?: boolean;
}

export const VARIABLES = [
  { name: 'PORT', meaning: 'The one port for everything: page, API, sockets; 0 takes a free one', fallback: '8080' },
  {
    name: 'OVATION_HOST',
    meaning: 'Address to listen on; anything but loopback needs ACCESS_TOKEN_SECRET',
    fallback: '127.0.0.1',
  },
  {
    name: 'OVATION_DATA_DIR',
    meaning: 'The one folder that holds all data of this process',
    fallback: './data; over Kafka and PostgreSQL ./data/port-<PORT>',
  },
  {
    name: 'OVATION_SIMULATOR',
    meaning:
      'Audience of channel `demo`: `demo` a lively one, `classic` the classic generator, a number from 1 to 1000000 so many viewers with planted moments and floods, `off` none',
    fallback: 'demo',
  },
  { name: 'OVATION_SIMULATOR_SEED', meaning: 'Seed of the simulated audience; unset = from the clock', fallback: '' },
  {
    name: 'OVATION_SETTINGS_AUTH',
    meaning: '`open`: anybody who reaches the server changes settings; `token`: a bearer token is needed',
    fallback: 'open on loopback, else token',
  },
  {
    name: 'ACCESS_TOKEN_SECRET',
    meaning:
      'Key of the HS256 bearer tokens (claims id, role, streamerId, exp); at least 16 bytes where others can reach the server',
    fallback: '',
    isSecret: true,
  },
  {
    name: 'OVATION_LIMITS',
    meaning:
      '`default`: rate limits as in the HTTP reference; changes to them such as `web=2000/60,login=3/300`: at most so many requests in any so many seconds; `off`: none, for load tests and behind a gateway of your own',
    fallback: 'default',
  },
  {
    name: 'OVATION_FEED_DAYS',
    meaning: 'Days that entries of feeds are kept, 2 to 3650; the newest 300 of each feed stay in any case',
    fallback: '7',
  },
  {
    name: 'OVATION_WINDOW_DAYS',
    meaning: 'Days that counted minutes, late counts and notes of missing records are kept, 2 to 3650',
    fallback: '30',
  },
  {
    name: 'OVATION_MOMENT_DAYS',
    meaning: 'Days that moments of the classic rule are kept, 2 to 3650',
    fallback: 'for ever',
  },
  {
    name: 'OVATION_AUDIENCE_MOMENT_DAYS',
    meaning: 'Days that moments of the whole audience are kept, 2 to 3650; they hold samples of what was said',
    fallback: '365',
  },
  {
    name: 'OVATION_DEAD_LETTER_DAYS',
    meaning: 'Days that records which could not be used are kept, 2 to 3650',
    fallback: '30',
  },
  {
    name: 'OVATION_LOG_MEGABYTES',
    meaning: 'Megabytes of `app.log` and its three older files together, 4 to 100000',
    fallback: '64',
  },
  {
    name: 'OVATION_ORIGINS',
    meaning:
      'Origins of pages that may do on an open server what its own page may, with commas (a front end on another port)',
    fallback: '',
  },
  {
    name: 'OVATION_CONNECTIONS',
    meaning: 'Sockets, streams and polls that may be open at all, 1 to 1000000',
    fallback: 'as many as there are file descriptors, less a reserve for pages and probes',
  },
  {
    name: 'OVATION_CONNECTIONS_PER_ADDRESS',
    meaning:
      'Sockets, streams and polls that one address may have open, 1 to 1000000; this machine may have any number',
    fallback: '2000',
  },
  {
    name: 'OVATION_UPGRADES_PER_SECOND',
    meaning: 'Connections that one gateway takes a second, 1 to 100000; the others are told to come back',
    fallback: '1000',
  },
  {
    name: 'OVATION_DRAIN_SECONDS',
    meaning: 'How long viewers may stay when the server is asked to stop, each to another moment, 0 to 600',
    fallback: '0',
  },
  { name: 'DEBUG', meaning: '`true` turns debug lines on', fallback: 'false' },
  {
    name: 'KAFKA_TOPIC',
    meaning: 'Topic of a process with exactly one of the roles simulator or gateway',
    fallback: '',
  },
  { name: 'KAFKA_TOPIC_IN', meaning: 'Topic of the raw emotes', fallback: 'raw-emote-data' },
  { name: 'KAFKA_TOPIC_OUT', meaning: 'Topic of the significant moments', fallback: 'aggregated-emote-data' },
  {
    name: 'OVATION_KAFKA_BROKERS',
    meaning: 'Kafka: host:port of its brokers, with commas',
    fallback: 'the log in the data folder',
  },
  { name: 'KAFKA_BROKER', meaning: 'Classic name of OVATION_KAFKA_BROKERS', fallback: '' },
  {
    name: 'OVATION_KAFKA_SASL',
    meaning: 'How to log in to Kafka: `PLAIN`, `SCRAM-SHA-256` or `SCRAM-SHA-512`',
    fallback: 'SCRAM-SHA-512 where a name is set',
  },
  { name: 'OVATION_KAFKA_USERNAME', meaning: 'Name to log in to Kafka', fallback: '' },
  { name: 'OVATION_KAFKA_PASSWORD', meaning: 'Password to log in to Kafka', fallback: '', isSecret: true },
  {
    name: 'OVATION_KAFKA_TLS',
    meaning: 'TLS to Kafka: `true`, `false`, or a file with the certificate of the authority (PEM)',
    fallback: 'false',
  },
  {
    name: 'OVATION_KAFKA_REPLICATION',
    meaning: 'Copies of topics that are made, 1 to 9; from 3 on a record counts when 2 brokers have it',
    fallback: '3 where three brokers are named, else 1',
  },
  {
    name: 'OVATION_KAFKA_PARTITIONS',
    meaning:
      'Partitions of `activity` and `raw-emote-data` when they are made in Kafka, 1 to 1000; later changes count nothing',
    fallback: '32',
  },
  {
    name: 'OVATION_KAFKA_PREFIX',
    meaning: 'What stands before the name of every topic and group in Kafka',
    fallback: '',
  },
  {
    name: 'OVATION_REDIS_URL',
    meaning:
      'Redis: `redis://user:password@host:6379/0`; `redis-sentinel://host,host/name`, `redis-cluster://host,host`; `rediss…` with TLS',
    fallback: 'bus and store in the process',
    isSecret: true,
  },
  { name: 'OVATION_REDIS_PREFIX', meaning: 'What stands before every key and channel in Redis', fallback: 'ovation:' },
  { name: 'REDIS_HOST', meaning: 'Classic name of the Redis host', fallback: '' },
  { name: 'REDIS_PORT', meaning: 'Classic name of the Redis port', fallback: '6379' },
  { name: 'REDIS_PASSWORD', meaning: 'Classic name of the Redis password', fallback: '', isSecret: true },
  {
    name: 'OVATION_DATABASE_URL',
    meaning: 'PostgreSQL from 15 on: `postgres://user:password@host:5432/database`',
    fallback: 'the database in the data folder',
    isSecret: true,
  },
  {
    name: 'OVATION_DATABASE_REPLICA_URL',
    meaning: 'A read replica of it, for lists that may be a moment old',
    fallback: '',
    isSecret: true,
  },
  { name: 'OVATION_DATABASE_POOL', meaning: 'Connections to PostgreSQL of one process, 4 to 500', fallback: '20' },
  { name: 'DB_HOST', meaning: 'Classic name of the database host', fallback: '' },
  { name: 'DB_PORT', meaning: 'Classic name of the database port', fallback: '5432' },
  { name: 'DB_NAME', meaning: 'Classic name of the database', fallback: 'ovation' },
  { name: 'DB_USER', meaning: 'Classic name of the database user', fallback: 'ovation' },
  { name: 'DB_PASSWORD', meaning: 'Classic name of the database password', fallback: '', isSecret: true },
] as const satisfies readonly VariableSpec[];

type VariableName = (typeof VARIABLES)[number]['name'];
export type Environment = Readonly<Partial<Record<VariableName, string>>>;
