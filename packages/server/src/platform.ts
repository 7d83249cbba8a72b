import type { Config } from './config/config.ts';
import type { Clock } from './ports/clock.ts';
import type { Database, ReplicaLag } from './ports/database.ts';
import type { EphemeralStore } from './ports/ephemeral-store.ts';
import type { EventLog, TopicInfo } from './ports/event-log.ts';
import type { LiveBus } from './ports/live-bus.ts';
import type { Logger } from './telemetry/logger.ts';
import type { Metrics } from './telemetry/metrics.ts';

/** What every module gets: the ports, whichever adapters were chosen, and what the whole process shares. */
export interface Platform {
  readonly config: Config;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly database: Database;
  readonly eventLog: EventLog;
  readonly bus: LiveBus;
  readonly ephemeral: EphemeralStore;
  /** as it was last measured; undefined: no replica is read from */
  readonly replicaLag?: () => ReplicaLag | undefined;
  /** topic `activity` as it was recorded when it was made: its partitions never change */
  readonly activity: TopicInfo;
}
