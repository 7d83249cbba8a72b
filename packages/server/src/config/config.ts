import { isIP } from 'node:net';
import path from 'node:path';
import { TOPICS } from '@ovation/protocol';
import { z } from 'zod';
import { type ChangedLimits, limitsSchema } from './limits.ts';
import { check, wholeNumber } from './check.ts';
import type { Environment } from './names.ts';
import { readRetention, type Retention } from './retention.ts';
import { readServices } from './read-services.ts';
import type { Services } from './services.ts';

export const ROLES = ['api', 'gateway', 'analyzer', 'worker', 'simulator'] as const;
export type RoleName = (typeof ROLES)[number];

export interface Config {
  readonly port: number;
  readonly host: string;
  readonly hostIsLoopback: boolean;
  readonly dataDir: string;
  readonly roles: readonly RoleName[];
  /** a number: that many viewers */
  readonly simulator: 'demo' | 'classic' | 'off' | number;
  readonly simulatorSeed: number | undefined;
  readonly settingsAuth: 'open' | 'token';
  readonly accessTokenSecret: string | undefined;
  /** off, or those that are not the usual ones */
  readonly limits: 'off' | ChangedLimits;
  /** how long things are kept: docs/reference/storage.md */
  readonly retention: Retention;
  /** origins of pages that may do on an open server what its own page may */
  readonly origins: readonly string[];
  /** open sockets, streams and polls; undefined: as many as there are file descriptors for */
  readonly connections: number | undefined;
  /** the same, of one address */
  readonly connectionsPerAddress: number;
  /** connections that one gateway takes a second */
  readonly upgradesPerSecond: number;
  /** how long viewers may stay when the process is asked to stop, each to another moment */
  readonly drainSeconds: number;
  readonly debug: boolean;
  /** engines outside of this process */
  readonly services: Services;
  readonly rawTopic: string;
  readonly aggregatedTopic: string;
}

/** Everything that is wrong with the configuration, at once. */
export class ConfigError extends Error {
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(`The configuration is not valid:\n${problems.map((problem) => `  - ${problem}`).join('\n')}`);
    this.name = 'ConfigError';
    this.problems = problems;
  }
}

export interface Flags {
  readonly roles?: string | undefined;
  readonly port?: string | undefined;
  readonly dataDir?: string | undefined;
}

const TOPIC_NAME = /^[A-Za-z0-9._-]{1,249}$/;

/**
 * One frozen object out of variables and flags; flags win.
 * @throws ConfigError with every problem found
 */
export function createConfig(environment: Environment, flags: Flags = {}): Config {
  const problems: string[] = [];
  const roles = check(problems, ['--roles', flags.roles], rolesSchema) ?? [...ROLES];
  const services = readServices(environment, problems);
  const address = readAddress(environment, flags, problems);
  const config: Config = {
    ...address,
    dataDir: path.resolve(flags.dataDir ?? environment.OVATION_DATA_DIR ?? usualFolder(services, address.port)),
    ...readSimulator(environment, problems),
    ...readTopics(environment, roles, problems),
    roles,
    limits: readLimits(environment, problems),
    retention: readRetention(environment, problems),
    ...readSockets(environment, problems),
    debug: check(problems, ['DEBUG', environment.DEBUG], debugSchema) ?? false,
    services,
  };
  if (problems.length > 0) throw new ConfigError(problems);
  return Object.freeze(config);
}

/**
 * A process that keeps nothing itself still has a folder, for its log and for uploads under way. Several of them may run on
 * one machine, so each has the folder of its port.
 */
function usualFolder({ kafka, postgres }: Services, port: number): string {
  return kafka && postgres ? path.join('data', `port-${port}`) : 'data';
}

function readLimits(environment: Environment, problems: string[]): Config['limits'] {
  const given = check(problems, ['OVATION_LIMITS', environment.OVATION_LIMITS], limitsSchema);
  return given === undefined || given === 'default' ? {} : given;
}

function readAddress(environment: Environment, flags: Flags, problems: string[]) {
  const portFrom = flags.port === undefined ? 'PORT' : '--port';
  const port = check(problems, [portFrom, flags.port ?? environment.PORT], portSchema) ?? PORT_DEFAULT;
  const host = environment.OVATION_HOST ?? '127.0.0.1';
  const hostIsLoopback = isLoopback(host);
  const auth = check(problems, ['OVATION_SETTINGS_AUTH', environment.OVATION_SETTINGS_AUTH], authSchema);
  const settingsAuth = auth ?? (hostIsLoopback ? 'open' : 'token');
  const accessTokenSecret = environment.ACCESS_TOKEN_SECRET;
  problems.push(...hostProblems({ host, hostIsLoopback, settingsAuth, secret: accessTokenSecret }));
  return { port, host, hostIsLoopback, settingsAuth, accessTokenSecret } as const;
}

function readSimulator(environment: Environment, problems: string[]) {
  return {
    simulator: check(problems, ['OVATION_SIMULATOR', environment.OVATION_SIMULATOR], simulatorSchema) ?? 'demo',
    simulatorSeed: check(problems, ['OVATION_SIMULATOR_SEED', environment.OVATION_SIMULATOR_SEED], seedSchema),
  };
}

const CONNECTIONS_MAX = 1_000_000;
/** A bare accept costs a tenth of what a thousand a second leave for each (gateway.md 3.5); a school is behind one address. */
const SOCKETS = {
  connectionsPerAddress: { name: 'OVATION_CONNECTIONS_PER_ADDRESS', least: 1, most: CONNECTIONS_MAX, usual: 2_000 },
  upgradesPerSecond: { name: 'OVATION_UPGRADES_PER_SECOND', least: 1, most: 100_000, usual: 1_000 },
  drainSeconds: { name: 'OVATION_DRAIN_SECONDS', least: 0, most: 600, usual: 0 },
} as const;

function readSockets(environment: Environment, problems: string[]) {
  const read = ({ name, least, most, usual }: (typeof SOCKETS)[keyof typeof SOCKETS]) =>
    check(problems, [name, environment[name]], wholeNumber(least, most)) ?? usual;
  return {
    origins: check(problems, ['OVATION_ORIGINS', environment.OVATION_ORIGINS], originsSchema) ?? [],
    connections: check(
      problems,
      ['OVATION_CONNECTIONS', environment.OVATION_CONNECTIONS],
      wholeNumber(1, CONNECTIONS_MAX),
    ),
    connectionsPerAddress: read(SOCKETS.connectionsPerAddress),
    upgradesPerSecond: read(SOCKETS.upgradesPerSecond),
    drainSeconds: read(SOCKETS.drainSeconds),
  };
}

const ORIGINS_PROBLEM = 'give origins such as http://localhost:3000, with commas';
const originsSchema = z
  .string()
  .transform((list) => list.split(',').map((origin) => origin.trim()))
  .refine((list) => list.every((origin) => URL.parse(origin)?.origin === origin), ORIGINS_PROBLEM)
  .optional();

function readTopics(environment: Environment, roles: readonly RoleName[], problems: string[]) {
  problems.push(...topicProblems(environment, roles));
  return {
    rawTopic: environment.KAFKA_TOPIC_IN ?? rawTopicOfSimulator(environment, roles) ?? TOPICS.rawEmoteData,
    aggregatedTopic: environment.KAFKA_TOPIC_OUT ?? TOPICS.aggregatedEmoteData,
  };
}

const PORT_DEFAULT = 8080;
const PORT_MAX = 65_535;
const VIEWERS_MAX = 1_000_000;
const portSchema = z
  .string()
  .regex(/^\d{1,5}$/, 'give a whole number from 0 to 65535')
  .transform(Number)
  .refine((port) => port <= PORT_MAX, 'give a whole number from 0 to 65535')
  .optional();
const SIMULATOR_PROBLEM = 'say demo, classic, off or a number of viewers from 1 to 1000000';
const simulatorSchema = z
  .string()
  .regex(/^(?:demo|classic|off|[1-9]\d{0,6})$/, SIMULATOR_PROBLEM)
  .transform((word): Config['simulator'] =>
    word === 'demo' || word === 'classic' || word === 'off' ? word : Number(word),
  )
  .refine((mode) => typeof mode === 'string' || mode <= VIEWERS_MAX, SIMULATOR_PROBLEM)
  .optional();
const authSchema = z.enum(['open', 'token'], 'say open or token').optional();
const seedSchema = z
  .string()
  .regex(/^\d{1,9}$/, 'give a whole number of at most nine digits')
  .transform(Number)
  .optional();
const debugSchema = z
  .enum(['true', 'false', '1', '0'], 'say true or false')
  .transform((word) => word === 'true' || word === '1')
  .optional();
const rolesSchema = z
  .string()
  .transform((list) => list.split(',').map((role) => role.trim()))
  .pipe(z.array(z.enum(ROLES, `name some of ${ROLES.join(', ')}, with commas`)).min(1))
  .optional();

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'));
}

/** HS256 is as strong as its secret, and a short one is guessed from a single token. */
const SECRET_LEAST_BYTES = 16;

/** Ruling C33: an address that others can reach needs tokens, so that the owner can prove who they are. */
function hostProblems(given: {
  host: string;
  hostIsLoopback: boolean;
  settingsAuth: 'open' | 'token';
  secret: string | undefined;
}): string[] {
  if (given.settingsAuth === 'token' && given.secret === undefined) {
    return [
      given.hostIsLoopback
        ? 'OVATION_SETTINGS_AUTH is token, but ACCESS_TOKEN_SECRET is not set: nobody could change settings'
        : `OVATION_HOST is ${given.host}, which others can reach: set ACCESS_TOKEN_SECRET so that only holders of a token change settings, or OVATION_SETTINGS_AUTH=open if everybody there may`,
    ];
  }
  if (!given.hostIsLoopback && given.secret !== undefined && Buffer.byteLength(given.secret) < SECRET_LEAST_BYTES) {
    return [
      `ACCESS_TOKEN_SECRET is shorter than ${SECRET_LEAST_BYTES} bytes, and others can reach ${given.host}: they would guess it from one token; take 32 random bytes, such as from "openssl rand -base64 32"`,
    ];
  }
  return [];
}

function topicProblems(environment: Environment, roles: readonly RoleName[]): string[] {
  const problems = (['KAFKA_TOPIC', 'KAFKA_TOPIC_IN', 'KAFKA_TOPIC_OUT'] as const).flatMap((name) => {
    const topic = environment[name];
    if (topic === undefined || TOPIC_NAME.test(topic)) return [];
    return [`${name} is ${JSON.stringify(topic)}: a topic is 1 to 249 letters, digits, ".", "_" or "-"`];
  });
  const isSingle = roles.length === 1 && (roles[0] === 'simulator' || roles[0] === 'gateway');
  if (environment.KAFKA_TOPIC !== undefined && !isSingle) {
    problems.push(
      'KAFKA_TOPIC is set, but it is only for a process with exactly one of the roles simulator or gateway: use KAFKA_TOPIC_IN and KAFKA_TOPIC_OUT',
    );
  }
  return problems;
}

function rawTopicOfSimulator(environment: Environment, roles: readonly RoleName[]): string | undefined {
  return roles[0] === 'simulator' ? environment.KAFKA_TOPIC : undefined;
}
