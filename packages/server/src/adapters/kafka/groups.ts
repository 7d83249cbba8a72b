import type { KafkaService } from '../../config/services.ts';
import { EventLogError, type GroupMember, type GroupOptions } from '../../ports/event-log.ts';
import type { Logger } from '../../telemetry/logger.ts';
import type { KafkaErrors } from './errors.ts';
import { Coordinator } from './group/coordinator.ts';
import { Member } from './group/member.ts';
import { Session } from './group/session.ts';
import type { GroupLimits } from './group-limits.ts';
import { LogNowAndThen } from './log-now-and-then.ts';
import type { Committer } from './positions.ts';
import type { Topics } from './topics.ts';

export interface GroupsParts {
  readonly service: KafkaService;
  readonly topics: Topics;
  readonly errors: KafkaErrors;
  readonly logger: Logger;
  readonly limits: GroupLimits;
}

interface Joined {
  readonly group: string;
  readonly session: Session;
  readonly leave: () => Promise<void>;
}

/** The groups in which this process is a member. */
export class Groups implements AsyncDisposable {
  readonly #parts: GroupsParts;
  readonly #joined = new Set<Joined>();

  constructor(parts: GroupsParts) {
    this.#parts = parts;
  }

  async join(options: GroupOptions): Promise<GroupMember> {
    const { service, errors, logger, limits } = this.#parts;
    const { group, topic } = options;
    const coordinator = new Coordinator(service, group, limits.rebalanceMs);
    const partitionsOf = (topics: readonly string[]) => this.#partitionsOf(topics);
    const session = new Session({ coordinator, group, topic, limits, partitionsOf });
    const log = new LogNowAndThen(logger, `Membership in group "${group}" is in trouble; it is tried again`);
    const onTrouble = (error: unknown) => log.warn({ reason: errors.sentence(error) });
    const member = new Member({ options, session, limits, onTrouble });
    const leave = async () => {
      await member[Symbol.asyncDispose]();
      this.#joined.delete(joined);
      await coordinator.close();
    };
    const joined = { group, session, leave };
    this.#joined.add(joined);
    await member.start();
    return {
      get held() {
        return member.held;
      },
      [Symbol.asyncDispose]: leave,
    };
  }

  /** While a group has members, the broker takes positions from them only. */
  memberOf(group: string): Committer | undefined {
    for (const joined of this.#joined)
      if (joined.group === group && joined.session.memberId !== '') return joined.session;
    return undefined;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(Array.from(this.#joined, ({ leave }) => leave()));
  }

  /** Without topics that are not there: the members of the others need their shares. */
  async #partitionsOf(topics: readonly string[]): Promise<ReadonlyMap<string, number>> {
    const found = new Map<string, number>();
    for (const topic of topics) {
      try {
        found.set(topic, (await this.#parts.topics.find(topic)).partitions);
      } catch (error) {
        if (!(error instanceof EventLogError) || error.retryable) throw error;
      }
    }
    return found;
  }
}
