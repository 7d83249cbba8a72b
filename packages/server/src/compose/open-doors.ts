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
import { diskHasRoom } from '../host/disk-room.ts';
import { createGateway, type Gateway, LoopDelay } from '../gateway/index.ts';
import { bindRoutes, createHttp, ErrorAnswers, type HealthSources, probeRoutes, StorageWatch } from '../http/index.ts';
import type { Channels } from '../modules/channels/index.ts';
import type { Messages } from '../modules/chat-activity/index.ts';
import type { DeadLetterBox } from '../modules/dead-letters/index.ts';
import type { FeedsModule } from '../modules/feeds/index.ts';
import type { Idempotency } from '../modules/idempotency/index.ts';
import { type Limits, requestLimits } from '../modules/limits/index.ts';
import type { Moments } from '../modules/moments/index.ts';
import type { Platform } from '../modules/platform.ts';
import type { Reactions } from '../modules/reactions/index.ts';
import type { Recordings } from '../modules/recordings/index.ts';
import type { Control } from '../modules/revocations/index.ts';
import { ticketKey } from '../host/ticket-key.ts';
import { bindAllRoutes } from './bind-routes.ts';

export interface DoorParts {
  readonly platform: Platform;
  readonly modules: Modules;
  readonly folder: DataFolder;
  readonly closing: ClosingStack;
  readonly progress: { readonly isDraining: boolean };
}

/** Opens HTTP, and the sockets when this process is a gateway, on the one port; answers its address. */
export async function openDoors({ platform, modules, folder, closing, progress }: DoorParts): Promise<string> {
  const { config } = platform;
  const apis = {
    feeds: modules.api<FeedsModule>('feeds').feeds,
    control: modules.api<Control>('revocations'),
    access: modules.api<AccessRule>('access'),
    channels: modules.api<Channels>('channels'),
    moments: modules.api<Moments>('moments'),
    reactions: modules.api<Reactions>('reactions'),
    'dead-letters': modules.api<DeadLetterBox>('dead-letters'),
    recordings: modules.api<Recordings>('recordings'),
    idempotency: modules.api<Idempotency>('idempotency'),
    limits: modules.api<Limits>('limits'),
    'chat-activity': modules.api<Messages>('chat-activity'),
  };
  const gateway = config.roles.includes('gateway')
    ? createGateway({
        ...platform,
        ...apis,
        hostIsLoopback: config.hostIsLoopback,
        loopDelayMs: watchLoop(closing),
        ticketKey: await ticketKey(folder.path),
      })
    : undefined;
  const storage = new StorageWatch(platform.clock, () => diskHasRoom(folder.path));
  const health = healthOf(platform, apis, { gateway, progress });
  const http = await createHttp({
    routes: [
      ...bindAllRoutes({ ...apis, platform, gateway }),
      ...bindRoutes(probeRoutes, { health, storage, clock: platform.clock }),
    ],
    access: apis.access,
    limits: requestLimits(apis.limits),
    idempotency: apis.idempotency,
    answers: new ErrorAnswers({ ...platform, storage }),
    clock: platform.clock,
    logger: platform.logger,
    webFolder: webFolder(),
    hostIsLoopback: config.hostIsLoopback,
    localToken: folder.access.token,
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

/** What probes ask, of this process. */
function healthOf(
  { config, database, eventLog, metrics }: Platform,
  { channels, moments }: { channels: Channels; moments: Moments },
  { gateway, progress }: { gateway: Gateway | undefined; progress: { readonly isDraining: boolean } },
): HealthSources {
  const { registry } = metrics;
  return {
    askEventLog: () => eventLog.endOffsets(config.rawTopic),
    askDatabase: (timeoutMs) => database.ping(timeoutMs),
    settings: (channel) => channels.settings(channel),
    connections: () => gateway?.connections() ?? 0,
    messageCount: () => moments.counted,
    isDraining: () => progress.isDraining,
    metrics: async () => ({ contentType: registry.contentType, text: await registry.metrics() }),
  };
}

function watchLoop(closing: ClosingStack): () => number {
  const delay = new LoopDelay();
  closing.defer(() => delay[Symbol.dispose]());
  return delay.take;
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
  const places = ['../../../web/dist', '../../web'].map((place) => fileURLToPath(new URL(place, import.meta.url)));
  return places.find((place) => existsSync(path.join(place, 'index.html')));
}
