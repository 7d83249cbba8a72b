import type { Gateway } from '../gateway/index.ts';
import type { AccessRule } from '../callers/index.ts';
import type { Channels } from '../modules/channels/index.ts';
import type { Idempotency } from '../modules/idempotency/index.ts';
import type { Limits } from '../modules/limits/index.ts';
import type { DeadLetterBox } from '../modules/dead-letters/index.ts';
import type { Messages } from '../modules/chat-activity/index.ts';
import type { Moments } from '../modules/moments/index.ts';
import type { Recordings } from '../modules/recordings/index.ts';
import type { Reactions } from '../modules/reactions/index.ts';
import type { Clock } from '../ports/clock.ts';
import type { Database } from '../ports/database.ts';
import type { EventLog } from '../ports/event-log.ts';
import type { Logger } from '../telemetry/logger.ts';
import type { Metrics } from '../telemetry/metrics.ts';

/** The doors of the gateway that begin as plain requests. */
export type LiveDoors = Pick<Gateway, 'stream' | 'poll'>;

/** What the HTTP server is made of. */
export interface HttpParts {
  readonly channels: Channels;
  readonly moments: Pick<Moments, 'page' | 'preview'>;
  readonly deadLetters: DeadLetterBox;
  readonly reactions: Pick<Reactions, 'append'>;
  readonly messages: Pick<Messages, 'append'>;
  readonly recordings: Recordings;
  readonly access: AccessRule;
  readonly idempotency: Idempotency;
  readonly limits: Limits;
  readonly eventLog: EventLog;
  readonly database: Database;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: Metrics;
  /** folder of the built web page, or undefined where none was built */
  readonly webFolder: string | undefined;
  /** the gateway of this process, where it is one */
  readonly live?: LiveDoors | undefined;
  /** open sockets; throws when the gateway is not well */
  gatewayConnections(): number;
  /** reactions that the analyzer counted since start */
  messageCount(): number;
  /** whether only this machine can connect */
  readonly hostIsLoopback: boolean;
  /** secret of the data folder's owner; without it `/internal` does not exist */
  readonly localToken: string | undefined;
  readonly roles: readonly string[];
  /** topic of the documents' single records when it has another name (KAFKA_TOPIC_IN) */
  readonly rawTopic?: string;
  /** whether the disk of the data folder can take more; `/ready` says no when it cannot */
  hasRoom?(): Promise<boolean>;
  /** told when the disk refused to store something */
  onDiskFull?(): void;
  /** true while the process is on its way out: `/ready` then says no */
  isDraining?(): boolean;
  /** Told every route that is registered; the test of the doors compares them with the route table. */
  onRoute?(method: string, path: string): void;
}
