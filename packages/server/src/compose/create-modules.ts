import type { TopicSpec } from '@ovation/protocol';
import { topicSpecs, TOPICS } from '@ovation/protocol';
import type { Config } from '../config/config.ts';
import { createAccess } from '../modules/access/index.ts';
import { createChannels } from '../modules/channels/index.ts';
import { createControl } from '../modules/revocations/index.ts';
import { createDeadLetterBox } from '../modules/dead-letters/index.ts';
import { createFeeds, createRelay, createTrimmer } from '../modules/feeds/index.ts';
import { createIdempotency } from '../modules/idempotency/index.ts';
import { createLimits } from '../modules/limits/index.ts';
import { createRecordings } from '../modules/recordings/index.ts';
import { createMoments } from '../modules/moments/index.ts';
import type { Clock } from '../ports/clock.ts';
import type { Database } from '../ports/database.ts';
import type { EphemeralStore } from '../ports/ephemeral-store.ts';
import type { EventLog, TopicInfo } from '../ports/event-log.ts';
import type { LiveBus } from '../ports/live-bus.ts';
import type { Logger } from '../telemetry/logger.ts';
import { createMetrics } from '../telemetry/metrics.ts';

/**
 * The data folder's lock lets one process in, so all its starts are one owner: after a kill -9 the next one need not wait
 * for the lease of the one before to run out.
 */
const RELAY_OWNER = 'embedded';
const DAY_MS = 86_400_000;

/** The ports, whichever adapters were chosen. */
export interface Backends {
  readonly clock: Clock;
  readonly eventLog: EventLog;
  readonly database: Database;
  readonly bus: LiveBus;
  readonly ephemeral: EphemeralStore;
}

/** Wires every module over the ports. */
export async function createModules(config: Config, backends: Backends, logger: Logger) {
  const { clock, database, eventLog } = backends;
  const metrics = createMetrics();
  const activity = await createTopics(eventLog, config);
  const relay = createRelay({ database, eventLog, clock, logger, owner: RELAY_OWNER });
  const activityPartitions = activity.partitions;
  const feeds = createFeeds({ database });
  const control = createControl({ database, eventLog, feeds, clock, logger });
  // Before anything is relayed or served: what follows belongs to the epoch that is in force then.
  await control.start();
  return {
    ...backends,
    logger,
    metrics,
    activity,
    relay,
    trimmer: createTrimmer({ database, clock, logger, keptMs: config.feedDays * DAY_MS }),
    feeds,
    control,
    access: createAccess({
      mode: config.settingsAuth,
      secret: config.accessTokenSecret,
      isRevoked: (owner) => control.find(owner) !== undefined,
    }),
    channels: createChannels({ database, outbox: relay, clock, logger, activityPartitions }),
    deadLetters: createDeadLetterBox({ database, eventLog, clock, rawTopic: config.rawTopic }),
    moments: createMoments({ database, eventLog, clock, activityPartitions }),
    recordings: createRecordings(),
    idempotency: createIdempotency({ database, clock, logger }),
    limits: createLimits({ store: backends.ephemeral, clock, mode: config.limits }),
  };
}

export type Modules = Awaited<ReturnType<typeof createModules>>;

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
