import { existsSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { TopicSpec } from '@ovation/protocol';
import { topicSpecs, TOPICS } from '@ovation/protocol';
import { clocks, databases, eventLogs, liveBuses, openAdapter } from './adapters/index.ts';
import { ClosingStack } from './closing-stack.ts';
import type { Config } from './config/config.ts';
import type { DataFolder } from './data-folder.ts';
import { openDataFolder } from './data-folder.ts';
import type { Gateway } from './gateway/index.ts';
import { createGateway } from './gateway/index.ts';
import { createHttp } from './http/index.ts';
import { createAccess } from './modules/access/index.ts';
import { createChannels } from './modules/channels/index.ts';
import { createFeeds, createRelay } from './modules/feeds/index.ts';
import { migrations } from './modules/index.ts';
import { createMoments } from './modules/moments/index.ts';
import { createReactions } from './modules/reactions/index.ts';
import type { EventLog, TopicInfo } from './ports/event-log.ts';
import { backgroundRoles } from './roles/index.ts';
import type { RoleParts } from './roles/role.ts';
import { createLog } from './telemetry/log.ts';
import { createMetrics } from './telemetry/metrics.ts';

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
  const parts = await openParts(config, folder, log, closing);
  const { bus, channels, clock, database, eventLog, metrics, activity, access, moments } = parts;
  const feeds = createFeeds({ database });
  const isGateway = config.roles.includes('gateway');
  let counted = 0;

  const roleParts: RoleParts = { ...parts, config, onCounted: (n) => (counted += n) };
  for (const role of backgroundRoles) {
    if (role.name === 'simulator' || !config.roles.includes(role.name)) continue;
    closing.use(await (await role.load())(roleParts));
  }
  const reactions = closing.use(
    createReactions({ eventLog, bus, clock, log, metrics, activityPartitions: activity.partitions }),
  );
  let gateway: Gateway | undefined;
  if (isGateway) {
    gateway = createGateway({
      database,
      eventLog,
      bus,
      clock,
      log,
      metrics,
      channels,
      feeds,
      moments,
      reactions,
      access,
    });
  }
  const localToken = await folder.createAccessToken();
  const http = await createHttp({
    ...{ channels, moments, reactions, access, eventLog, database, clock, log, metrics, localToken },
    webFolder: webFolder(),
    rawTopic: config.rawTopic,
    gatewayConnections: () => gateway?.connections() ?? 0,
    messageCount: () => counted,
    hostIsLoopback: config.hostIsLoopback,
    roles: config.roles,
  });
  closing.defer(() => http.close());
  if (gateway) {
    const { upgrade } = closing.use(gateway);
    http.server.on('upgrade', upgrade);
  }
  const url = await listen(http, config);
  await folder.publishAccess(url);
  if (config.roles.includes('simulator')) {
    const simulator = backgroundRoles.find((role) => role.name === 'simulator');
    if (simulator) closing.use(await (await simulator.load())(roleParts));
  }
  log.info({ url, roles: config.roles, dataDir: folder.path }, 'Ovation is ready');
  return { url, [Symbol.asyncDispose]: () => closing[Symbol.asyncDispose]() };
}
