import { type Settings, settingsSchema } from '@ovation/protocol';
import { z } from 'zod';
import type { Clock } from '../../ports/clock.ts';
import type { EngineStatus } from '../../ports/engine-status.ts';
import { AHEAD_MEANS, aheadMs } from '../../telemetry/clock-watch.ts';
import { channelOfQuery, classicQuery } from '../channel-of.ts';
import { type Route, routeOf } from '../route.ts';
import type { StorageWatch } from './storage-watch.ts';
import { within } from './within.ts';

const CHECK_MS = 1_000;
/** Settings of so many channels are remembered for times without a database. */
const SETTINGS_MAX = 1_000;

/** What is behind the server, as far as probes ask for it. */
export interface HealthSources {
  /** Rejects, or hangs, when the event log does not answer. */
  askEventLog(): Promise<unknown>;
  /** The same of the database. */
  askDatabase(timeoutMs: number): Promise<void>;
  settings(channel: string): Promise<Settings>;
  /** how the bus and the small state outside of the process are; undefined when they are within it */
  smallState(): EngineStatus | undefined;
  /** open sockets; throws when the gateway is not well */
  connections(): number;
  /** reactions that the analyzer counted since start */
  messageCount(): number;
  /** true while the process is on its way out: `/ready` then says no */
  isDraining(): boolean;
  /** a sentence for each partition that is not analysed although there is something to read */
  standstills(): readonly string[];
  /** in the text format of Prometheus */
  metrics(): Promise<{ readonly contentType: string; readonly text: string }>;
}

export interface ProbeDoors {
  readonly health: HealthSources;
  readonly storage: StorageWatch;
  readonly clock: Clock;
}

const word = z.enum(['healthy', 'unhealthy']);

/** Both of the classic bodies in one (ruling C11). */
const healthReport = z.object({
  status: word,
  timestamp: z.iso.datetime(),
  kafka: z.enum(['connected', 'disconnected']).describe('whether the event log is up, whichever adapter (ruling C34)'),
  messageCount: z.int(),
  websocketConnections: z.int(),
  settings: settingsSchema
    .nullable()
    .describe('the last that were read when the database is down; null when none were'),
  services: z
    .object({ kafka: word, database: word, websocket: word, redis: word.optional() })
    .describe('redis: only where one is used; the server goes on without it, so it does not count for `status`'),
  clock: z
    .object({ aheadMs: z.int(), means: z.string() })
    .optional()
    .describe("only while the times of this process are a second or more ahead of the machine's clock"),
  reasons: z
    .array(z.string())
    .optional()
    .describe(
      'which partitions are not analysed although there is something to read, and why Redis is not used; missing while all is well',
    ),
});
type HealthReport = z.output<typeof healthReport>;

const readiness = z.object({ status: z.enum(['ready', 'not ready']), reasons: z.array(z.string()) });

const route = routeOf<ProbeDoors>();

export const probeRoutes: readonly Route<ProbeDoors>[] = [
  route({
    method: 'GET',
    path: '/health',
    class: 'probe',
    summary: 'What is up and what is down, for people',
    describes: { query: classicQuery, answers: { 200: healthReport, 503: healthReport } },
    handler: (doors) => {
      // While the database is down, people still see what was in force.
      const lastSettings = new Map<string, Settings>();
      return async (request, reply) => {
        const report = await healthOf(doors, channelOfQuery(request), lastSettings);
        return reply.status(report.status === 'healthy' ? 200 : 503).send(report);
      };
    },
  }),
  route({
    method: 'GET',
    path: '/live',
    class: 'probe',
    summary: 'Whether the process answers, for orchestrators',
    describes: { answers: { 200: z.object({ status: z.literal('ok') }) } },
    handler: () => () => ({ status: 'ok' }),
  }),
  route({
    method: 'GET',
    path: '/ready',
    class: 'probe',
    summary: 'Whether to send traffic here, for orchestrators',
    describes: { answers: { 200: readiness, 503: readiness } },
    handler: (doors) => async (_request, reply) => {
      const reasons = await reasonsAgainst(doors);
      const isReady = reasons.length === 0;
      return reply.status(isReady ? 200 : 503).send({ status: isReady ? 'ready' : 'not ready', reasons });
    },
  }),
  route({
    method: 'GET',
    path: '/metrics',
    class: 'probe',
    summary: 'Prometheus text',
    describes: { answers: { 200: z.string() } },
    answersWith: 'text/plain',
    handler:
      ({ health }) =>
      async (_request, reply) => {
        const { contentType, text } = await health.metrics();
        return reply.type(contentType).send(text);
      },
  }),
];

async function reasonsAgainst(doors: ProbeDoors): Promise<string[]> {
  const [eventLog, database, isFull] = await Promise.all([logIsUp(doors), databaseIsUp(doors), doors.storage.isFull()]);
  return [
    ...(eventLog ? [] : ['the event log does not answer']),
    ...(database ? [] : ['the database does not answer']),
    ...(isFull ? ['the disk is full'] : []),
    ...doors.health.standstills(),
    ...(doors.health.isDraining() ? ['the process is stopping'] : []),
  ];
}

async function healthOf(
  doors: ProbeDoors,
  channel: string,
  lastSettings: Map<string, Settings>,
): Promise<HealthReport> {
  const { clock, health } = doors;
  const [eventLog, database, read] = await Promise.all([
    logIsUp(doors),
    databaseIsUp(doors),
    within(clock, CHECK_MS, () => health.settings(channel)),
  ]);
  const sockets = connectionsOf(health);
  // Bounded by the channels that people look at; emptied rather than grown by invented names.
  if (lastSettings.size > SETTINGS_MAX) lastSettings.clear();
  if (read) {
    const { interval, threshold, allowedEmotes } = read;
    lastSettings.set(channel, { interval, threshold, allowedEmotes });
  }
  const ahead = aheadMs(clock);
  const reasons = health.standstills();
  const services = { kafka: wordFor(eventLog), database: wordFor(database), websocket: wordFor(sockets !== undefined) };
  const redis = health.smallState();
  return {
    status: wordFor(reasons.length === 0 && Object.values(services).every((service) => service === 'healthy')),
    timestamp: new Date(clock.now()).toISOString(),
    kafka: eventLog ? 'connected' : 'disconnected',
    messageCount: health.messageCount(),
    websocketConnections: sockets ?? 0,
    settings: lastSettings.get(channel) ?? null,
    services: { ...services, ...(redis && { redis: wordFor(redis.state === 'up') }) },
    ...(ahead > 0 && { clock: { aheadMs: ahead, means: AHEAD_MEANS } }),
    ...told([...reasons, ...(redis && redis.state !== 'up' ? [redis.reason] : [])]),
  };
}

function told(reasons: string[]): { reasons?: string[] } {
  return reasons.length > 0 ? { reasons } : {};
}

async function logIsUp({ clock, health }: ProbeDoors): Promise<boolean> {
  return answersInTime(clock, () => health.askEventLog());
}

async function databaseIsUp({ clock, health }: ProbeDoors): Promise<boolean> {
  return answersInTime(clock, () => health.askDatabase(CHECK_MS));
}

async function answersInTime(clock: Clock, ask: () => Promise<unknown>): Promise<boolean> {
  const answer = await within(clock, CHECK_MS, async () => {
    await ask();
    return true;
  });
  return answer === true;
}

function connectionsOf(health: HealthSources): number | undefined {
  try {
    return health.connections();
  } catch {
    return undefined;
  }
}

function wordFor(isHealthy: boolean): z.output<typeof word> {
  return isHealthy ? 'healthy' : 'unhealthy';
}
