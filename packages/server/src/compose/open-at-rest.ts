import path from 'node:path';
import { TOPICS } from '@ovation/protocol';
import type { Config } from '../config/config.ts';
import type { ClosingStack } from '../host/closing-stack.ts';
import { openDataFolder } from '../host/data-folder.ts';
import type { Platform } from '../platform.ts';
import { createLogger } from '../telemetry/logger.ts';
import { createMetrics } from '../telemetry/metrics.ts';
import { createModules, type Modules, readModules } from './create-modules.ts';
import { openBackends } from './open-backends.ts';

/**
 * A data folder that no server holds, with the modules of the roles wired and nothing started.
 * @throws Error with a sentence for a person, also when a server runs on the folder
 */
export async function openAtRest(
  config: Config,
  closing: ClosingStack,
): Promise<{ platform: Platform; modules: Modules }> {
  const folder = closing.use(await openDataFolder(config.dataDir));
  const file = path.join(folder.path, 'app.log');
  const logger = createLogger({ debug: false, file, megabytes: config.retention.logMegabytes, console: false });
  const backends = await openBackends(folder, { config, logger, closing }, () => undefined);
  const activity = await backends.eventLog.describeTopic(TOPICS.activity);
  if (!activity) throw new Error(`No server ever ran on ${folder.path}: it has no topic ${TOPICS.activity}.`);
  const platform: Platform = { ...backends, config, logger, metrics: createMetrics(), activity };
  return { platform, modules: createModules(await readModules(config.roles), platform) };
}
