import type { Config } from '../config/config.ts';
import type { Platform } from '../platform.ts';
import type { Logger } from '../telemetry/logger.ts';
import { measureAppends } from '../stream/measure-appends.ts';
import { createMetrics } from '../telemetry/metrics.ts';
import { createTopics } from './create-topics.ts';
import type { Backends } from './open-backends.ts';

/** What every module gets. Makes the topics, which is the first thing that a process does with the event log. */
export async function createPlatform(config: Config, backends: Backends, logger: Logger): Promise<Platform> {
  const activity = await createTopics(backends.eventLog, config);
  const metrics = createMetrics();
  const eventLog = measureAppends(backends.eventLog, backends.clock, metrics);
  return { ...backends, eventLog, config, logger, metrics, activity };
}
