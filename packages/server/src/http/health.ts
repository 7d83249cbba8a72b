import { type Settings, TOPICS } from '@ovation/protocol';
import type { FastifyInstance } from 'fastify';
import { channelOf } from './classic/channel-of.ts';
import type { HttpParts } from './parts.ts';
import type { StorageWatch } from './storage-watch.ts';
import { within } from './within.ts';

const CHECK_MS = 1_000;

type Health = 'healthy' | 'unhealthy';

/** Both of the documents' bodies in one (ruling C11). */
interface HealthReport {
  status: Health;
  timestamp: string;
  /** whether the event log is up, whichever adapter (ruling C34) */
  kafka: 'connected' | 'disconnected';
  messageCount: number;
  websocketConnections: number;
  /** the last that were read when the database is down; null when none ever were */
  settings: Settings | null;
  services: { kafka: Health; database: Health; websocket: Health };
}

export function probeRoutes(app: FastifyInstance, parts: HttpParts, storage: StorageWatch): void {
  // While the database is down, people still see what was in force.
  const lastSettings = new Map<string, Settings>();

  app.get('/health', async (request, reply) => {
    const report = await healthOf(parts, channelOf(request), lastSettings);
    return reply.status(report.status === 'healthy' ? 200 : 503).send(report);
  });

  app.get('/live', () => ({ status: 'ok' }));

  app.get('/ready', async (_request, reply) => {
    const [eventLog, database, isFull] = await Promise.all([logIsUp(parts), databaseIsUp(parts), storage.isFull()]);
    const reasons = [
      ...(eventLog ? [] : ['the event log does not answer']),
      ...(database ? [] : ['the database does not answer']),
      ...(isFull ? ['the disk is full'] : []),
      ...(parts.isDraining?.() ? ['the process is stopping'] : []),
    ];
    const isReady = reasons.length === 0;
    return reply.status(isReady ? 200 : 503).send({ status: isReady ? 'ready' : 'not ready', reasons });
  });

  app.get('/metrics', async (_request, reply) =>
    reply.type(parts.metrics.registry.contentType).send(await parts.metrics.registry.metrics()),
  );
}

async function healthOf(parts: HttpParts, channel: string, lastSettings: Map<string, Settings>): Promise<HealthReport> {
  const [eventLog, database, read] = await Promise.all([
    logIsUp(parts),
    databaseIsUp(parts),
    within(parts.clock, CHECK_MS, () => parts.channels.settings(channel)),
  ]);
  const sockets = connectionsOf(parts);
  // Bounded by the channels that people look at; emptied rather than grown when somebody invents names.
  if (lastSettings.size > 1_000) lastSettings.clear();
  if (read) {
    const { interval, threshold, allowedEmotes } = read;
    lastSettings.set(channel, { interval, threshold, allowedEmotes });
  }
  const services = { kafka: wordFor(eventLog), database: wordFor(database), websocket: wordFor(sockets !== undefined) };
  return {
    status: wordFor(Object.values(services).every((service) => service === 'healthy')),
    timestamp: new Date(parts.clock.now()).toISOString(),
    kafka: eventLog ? 'connected' : 'disconnected',
    messageCount: parts.messageCount(),
    websocketConnections: sockets ?? 0,
    settings: lastSettings.get(channel) ?? null,
    services,
  };
}

async function logIsUp({ clock, eventLog, rawTopic = TOPICS.rawEmoteData }: HttpParts): Promise<boolean> {
  return (await within(clock, CHECK_MS, () => eventLog.endOffsets(rawTopic))) !== undefined;
}

async function databaseIsUp({ clock, database }: HttpParts): Promise<boolean> {
  return (
    (await within(clock, CHECK_MS, async () => {
      await database.ping(CHECK_MS);
      return true;
    })) === true
  );
}

function connectionsOf(parts: HttpParts): number | undefined {
  try {
    return parts.gatewayConnections();
  } catch {
    return undefined;
  }
}

function wordFor(isUp: boolean): Health {
  return isUp ? 'healthy' : 'unhealthy';
}
