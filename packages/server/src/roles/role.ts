import type { Config } from '../config/config.ts';
import type { Channels } from '../modules/channels/index.ts';
import type { Relay, Trimmer } from '../modules/feeds/index.ts';
import type { Clock } from '../ports/clock.ts';
import type { Database } from '../ports/database.ts';
import type { EventLog, TopicInfo } from '../ports/event-log.ts';
import type { LiveBus } from '../ports/live-bus.ts';
import type { Logger } from '../telemetry/logger.ts';
import type { Metrics } from '../telemetry/metrics.ts';

/** What a role may use: ports and modules, whichever adapters were chosen. */
export interface RoleParts {
  readonly config: Config;
  readonly clock: Clock;
  readonly eventLog: EventLog;
  readonly database: Database;
  readonly bus: LiveBus;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly channels: Channels;
  readonly relay: Relay;
  readonly trimmer: Trimmer;
  /** topic `activity` as it was recorded when it was made */
  readonly activity: TopicInfo;
  /** told about reactions that were counted into windows */
  onCounted(n: number): void;
}

/** Starts the role; disposing it finishes what is under way. */
export type StartRole = (parts: RoleParts) => Promise<AsyncDisposable>;
