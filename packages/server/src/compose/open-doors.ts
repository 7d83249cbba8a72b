import { existsSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { FastifyInstance } from 'fastify';
import type { ClosingStack } from '../host/closing-stack.ts';
import type { Config } from '../config/config.ts';
import type { AccessRule } from '../callers/index.ts';
import type { Modules } from './create-modules.ts';
import type { DataFolder } from '../host/data-folder.ts';
import { diskHasRoom } from '../disk-room.ts';
import { type ConnectionRoom, readConnectionRoom } from '../host/file-descriptors.ts';
import { createGateway, type Gateway } from '../gateway/index.ts';
import type { FeedReader } from '../live-feeds/gap-filler.ts';
import { liveRoutes } from '../gateway/doors/live-routes.ts';
import {
  bindRoutes,
  createHttp,
  ErrorAnswers,
  hasTwoHosts,
  type HealthSources,
  makeRoom,
  probeRoutes,
  StorageWatch,
  twoHostsAnswer,
} from '../http/index.ts';
import type { Channels } from '../modules/channels/index.ts';
import type { FeedsModule } from '../modules/feeds/index.ts';
import type { Idempotency } from '../modules/idempotency/index.ts';
import { type Limits, requestLimits } from '../modules/limits/index.ts';
import type { Moments } from '../modules/moments/index.ts';
import type { Platform } from '../platform.ts';
import type { Control } from '../modules/revocations/index.ts';
import type { TicketKeyRing } from '../modules/tickets/index.ts';
import { throwPortInUse } from '../host/port-in-use.ts';
import { roles } from '../roles/index.ts';

export interface DoorParts {
  readonly platform: Platform;
  readonly modules: Modules;
  readonly folder: DataFolder;
  readonly closing: ClosingStack;
  readonly progress: { readonly isDraining: boolean };
}

/** Opens the doors of the chosen roles on the one port, and the probes; answers its address. */
export async function openDoors({ platform, modules, folder, closing, progress }: DoorParts): Promise<string> {
  const { clock, config, logger } = platform;
  const opened = new Set(roles.filter(({ name }) => config.roles.includes(name)).flatMap(({ opens }) => opens));
  const room = await readConnectionRoom();
  const storage = new StorageWatch(clock, () => diskHasRoom(folder.path));
  const gateway = opened.has('sockets') ? await openGateway(platform, modules, { room, storage }) : undefined;
  const health = healthOf(platform, modules, { gateway, progress });
  const http = await createHttp({
    routes: [
      ...modules.routes(),
      ...(gateway ? bindRoutes(liveRoutes, { gateway }) : []),
      ...bindRoutes(probeRoutes, { health, storage, clock }),
    ],
    hasPages: opened.has('pages'),
    access: modules.api<AccessRule>('access'),
    limits: requestLimits(modules.api<Limits>('limits')),
    idempotency: modules.api<Idempotency>('idempotency'),
    answers: new ErrorAnswers({ ...platform, storage }),
    clock,
    logger,
    webFolder: webFolder(),
    hasSockets: gateway !== undefined,
    localToken: folder.access.token,
  });
  const connections = makeRoom(http.server, room.all);
  closing.defer(() => {
    connections.closeSilent();
    return http.close();
  });
  if (gateway) {
    // Closed before HTTP, which waits for its sockets.
    closing.use(gateway);
    http.server.on('upgrade', (request, socket, head) => {
      if (hasTwoHosts(request)) socket.end(twoHostsAnswer());
      else gateway.upgrade(request, socket, head);
    });
  }
  await listen(http, config);
  const { port } = http.server.address() as AddressInfo; // listening on TCP, so it is an address and not a path
  const url = `http://${config.host.includes(':') ? `[${config.host}]` : config.host}:${port}`;
  await folder.publishAccess({ url });
  return url;
}

async function openGateway(
  platform: Platform,
  modules: Modules,
  { room, storage }: { room: ConnectionRoom; storage: StorageWatch },
): Promise<Gateway> {
  const { connections, connectionsPerAddress, drainSeconds, upgradesPerSecond } = platform.config;
  const parts = {
    feeds: feedReaderOf(platform, modules),
    control: modules.api<Control>('revocations'),
    access: modules.api<AccessRule>('access'),
    modules: {
      feeds: () => modules.feeds(),
      frames: () => modules.frames(),
      ticketKeys: () => modules.api<TicketKeyRing>('tickets'),
    },
    storage,
  };
  return createGateway(platform, parts, {
    drainMs: drainSeconds * 1000,
    limits: {
      connections: connections ?? room.viewers,
      connectionsPerAddress,
      upgradesPerSecond,
    },
  });
}

/** The feeds of the database; an entry that it does not know may mean that it has gone back in time. */
function feedReaderOf({ logger }: Platform, modules: Modules): FeedReader {
  const { feeds } = modules.api<FeedsModule>('feeds');
  const control = modules.api<Control>('revocations');
  return {
    get epoch() {
      return feeds.epoch;
    },
    read: (names, limit) => feeds.read(names, limit),
    ranges: (requests) => feeds.ranges(requests),
    heads: (names) => feeds.heads(names),
    metUnknown: () =>
      void control.checkTimeline().catch((error: unknown) => {
        logger.warn({ err: error }, 'an entry that the database does not know could not be looked up in the log');
      }),
  };
}

/** What probes ask, of this process. */
function healthOf(
  { bus, config, database, ephemeral, eventLog, metrics }: Platform,
  modules: Modules,
  { gateway, progress }: { gateway: Gateway | undefined; progress: { readonly isDraining: boolean } },
): HealthSources {
  const { registry } = metrics;
  const moments = modules.find<Moments>('moments');
  return {
    askEventLog: () => eventLog.endOffsets(config.rawTopic),
    askDatabase: (timeoutMs) => database.ping(timeoutMs),
    settings: (channel) => modules.api<Channels>('channels').settings(channel),
    smallState: () => {
      const statuses = [bus.status?.(), ephemeral.status?.()].filter((status) => status !== undefined);
      return statuses.find(({ state }) => state !== 'up') ?? statuses[0];
    },
    connections: () => gateway?.connections() ?? 0,
    messageCount: () => moments?.counted ?? 0,
    isDraining: () => progress.isDraining,
    standstills: () => moments?.progress.reasons() ?? [],
    metrics: async () => ({ contentType: registry.contentType, text: await registry.metrics() }),
  };
}

async function listen(http: FastifyInstance, { host, port }: Config): Promise<void> {
  try {
    await http.listen({ host, port });
  } catch (error) {
    throwPortInUse({ host, port }, error);
    throw error;
  }
}

/** The built page: beside the source in the repository, inside the package when it was published. */
function webFolder(): string | undefined {
  const places = ['../../../web/dist', '../../web'].map((place) => fileURLToPath(new URL(place, import.meta.url)));
  return places.find((place) => existsSync(path.join(place, 'index.html')));
}
