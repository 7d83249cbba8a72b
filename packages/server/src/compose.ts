import { existsSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { TopicSpec } from '@ovation/protocol';
import { feedSubject, topicSpecs, TOPICS } from '@ovation/protocol';
import type { FastifyInstance } from 'fastify';
import { clocks, databases, ephemeralStores, eventLogs, liveBuses, openAdapter } from './adapters/index.ts';
import { ClosingStack } from './closing-stack.ts';
import type { Config, RoleName } from './config/config.ts';
import type { DataFolder } from './data-folder.ts';
import { openDataFolder } from './data-folder.ts';
import { diskHasRoom } from './disk-room.ts';
import { createGateway } from './gateway/index.ts';
import { createHttp } from './http/index.ts';
import { createAccess } from './modules/access/index.ts';
import { createChannels } from './modules/channels/index.ts';
import { createDeadLetterBox } from './modules/dead-letters/index.ts';
import { createFeeds, createRelay } from './modules/feeds/index.ts';
import { createIdempotency } from './modules/idempotency/index.ts';
import { createLimits } from './modules/limits/index.ts';
import { migrations } from './modules/index.ts';
import { createMoments } from './modules/moments/index.ts';
import { createReactions } from './modules/reactions/index.ts';
import type { EventLog, TopicInfo } from './ports/event-log.ts';
import { backgroundRoles } from './roles/index.ts';
import type { RoleParts } from './roles/role.ts';
import type { Log } from './telemetry/log.ts';
import { createLog } from './telemetry/log.ts';
import { ticketKey } from './ticket-key.ts';
import { createMetrics } from './telemetry/metrics.ts';

/**
 * The data folder's lock lets one process in, so all its starts are one owner: after a kill -9 the next one need not wait
 * for the lease of the one before to run out.
 */
const RELAY_OWNER = 'embedded';

export interface Running extends AsyncDisposable {
  /** where the one port listens, without a slash at the end */
  readonly url: string;
}

/**
 * Opens the adapters, wires the modules, starts the chosen roles and listens. Disposing stops in groups: no new requests,
 * roles finish, backends close.
 * @throws Error with a sentence for a person when the folder, a backend or the port cannot be had
 */
export async function compose(config: Config, { isTerminal }: { isTerminal: boolean }): Promise<Running> {
  const closing = new ClosingStack();
  try {
    return await start(config, isTerminal, closing);
  } catch (error) {
    await closing[Symbol.asyncDispose]();
    throw error;
  }
}

async function start(config: Config, isTerminal: boolean, closing: ClosingStack): Promise<Running> {
  const folder = closing.use(await openDataFolder(config.dataDir));
  const log = createLog({ debug: config.debug, file: path.join(folder.path, 'app.log'), console: !isTerminal });
  const backends = await openBackends(folder, log, closing);
  const parts = await createModules(config, backends, log);
  const progress = { counted: 0, isDraining: false };
  const roleParts: RoleParts = { ...parts, config, onCounted: (n) => (progress.counted += n) };
  // The simulator comes last: nothing may be appended before the bridge knows where to start.
  await startRoles(roleParts, closing, (name) => name !== 'simulator');
  const url = await openDoors({ config, parts, folder, closing, progress });
  await startRoles(roleParts, closing, (name) => name === 'simulator');
  log.info({ url, roles: config.roles, dataDir: folder.path }, 'Ovation is ready');
  const stop = () => {
    progress.isDraining = true;
    return closing[Symbol.asyncDispose]();
  };
  return { url, [Symbol.asyncDispose]: stop };
}

async function openBackends(folder: DataFolder, log: Log, closing: ClosingStack) {
  const clock = await openAdapter(clocks, undefined);
  const eventLog = closing.use(await openAdapter(eventLogs, { folder: folder.logFolder, clock, log }));
  const database = closing.use(
    await openAdapter(databases, { folder: folder.dbFolder, dumpFolder: folder.dumpFolder, migrations, clock, log }),
  );
  const bus = closing.use(await openAdapter(liveBuses, { log }));
  const delivery = database.onFeedEntries((entries) => {
    for (const { feed, epoch, seq, body } of entries) bus.publish(feedSubject(feed), { feed, epoch, seq, body });
  });
  closing.defer(() => delivery[Symbol.dispose]());
  const ephemeral = closing.use(await openAdapter(ephemeralStores, { clock }));
  return { clock, eventLog, database, bus, ephemeral };
}

type Backends = Awaited<ReturnType<typeof openBackends>>;

async function createModules(config: Config, backends: Backends, log: Log) {
  const { clock, database, eventLog } = backends;
  const metrics = createMetrics();
  const activity = await createTopics(eventLog, config);
  const relay = createRelay({ database, eventLog, clock, log, owner: RELAY_OWNER });
  const activityPartitions = activity.partitions;
  return {
    ...backends,
    log,
    metrics,
    activity,
    relay,
    feeds: createFeeds({ database }),
    access: createAccess({ mode: config.settingsAuth, secret: config.accessTokenSecret }),
    channels: createChannels({ database, outbox: relay, clock, log, activityPartitions }),
    deadLetters: createDeadLetterBox({ database, eventLog, clock, rawTopic: config.rawTopic }),
    moments: createMoments({ database, eventLog, clock, activityPartitions }),
    idempotency: createIdempotency({ database, clock, log }),
    limits: createLimits({ store: backends.ephemeral, clock, mode: config.limits }),
  };
}

type Modules = Awaited<ReturnType<typeof createModules>>;

/** Makes every topic and answers what is recorded of `activity`. */
async function createTopics(eventLog: EventLog, { rawTopic, aggregatedTopic }: Config): Promise<TopicInfo> {
  const names: Record<string, string> = {
    [TOPICS.rawEmoteData]: rawTopic,
    [TOPICS.aggregatedEmoteData]: aggregatedTopic,
  };
  const specs = topicSpecs('embedded').map((spec): TopicSpec => ({ ...spec, name: names[spec.name] ?? spec.name }));
  const topics = await Promise.all(specs.map((spec) => eventLog.createTopic(spec)));
  const activity = topics.find(({ name }) => name === TOPICS.activity);
  if (!activity) throw new Error(`Topic ${TOPICS.activity} could not be made`);
  return activity;
}

async function startRoles(parts: RoleParts, closing: ClosingStack, wanted: (name: RoleName) => boolean): Promise<void> {
  for (const { name, load } of backgroundRoles) {
    if (!wanted(name) || !parts.config.roles.includes(name)) continue;
    const startRole = await load();
    closing.use(await startRole(parts));
  }
}

interface DoorParts {
  readonly config: Config;
  readonly parts: Modules;
  readonly folder: DataFolder;
  readonly closing: ClosingStack;
  readonly progress: { readonly counted: number; readonly isDraining: boolean };
}

/** Opens HTTP, and the sockets when this process is a gateway, on the one port; answers its address. */
async function openDoors({ config, parts, folder, closing, progress }: DoorParts): Promise<string> {
  const reactions = closing.use(createReactions({ ...parts, activityPartitions: parts.activity.partitions }));
  const gateway = config.roles.includes('gateway')
    ? createGateway({
        ...parts,
        reactions,
        hostIsLoopback: config.hostIsLoopback,
        ticketKey: await ticketKey(folder.path),
      })
    : undefined;
  const { token } = folder.access;
  const http = await createHttp({
    ...parts,
    reactions,
    webFolder: webFolder(),
    live: gateway,
    gatewayConnections: () => gateway?.connections() ?? 0,
    messageCount: () => progress.counted,
    isDraining: () => progress.isDraining,
    hasRoom: () => diskHasRoom(folder.path),
    hostIsLoopback: config.hostIsLoopback,
    localToken: token,
    rawTopic: config.rawTopic,
    roles: config.roles,
  });
  closing.defer(() => http.close());
  if (gateway) {
    // Closed before HTTP, which waits for its sockets.
    closing.use(gateway);
    http.server.on('upgrade', (request, socket, head) => gateway.upgrade(request, socket, head));
  }
  await listen(http, config);
  const { port } = http.server.address() as AddressInfo; // listening on TCP, so it is an address and not a path
  const url = `http://${config.host.includes(':') ? `[${config.host}]` : config.host}:${port}`;
  await folder.publishAccess({ url });
  return url;
}

async function listen(http: FastifyInstance, { host, port }: Config): Promise<void> {
  try {
    await http.listen({ host, port });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error; // every system error has a code
    throw new Error(
      `Port ${port} on ${host} is in use. Stop what runs there, or choose another port with PORT=${port + 1}.`,
      { cause: error },
    );
  }
}

/** The built page: beside the source in the repository, inside the package when it was published. */
function webFolder(): string | undefined {
  const places = ['../../web/dist', '../web'].map((place) => fileURLToPath(new URL(place, import.meta.url)));
  return places.find((place) => existsSync(path.join(place, 'index.html')));
}
