import type { KafkaService } from '../../config/services.ts';
import type { GroupMember, GroupOptions } from '../../ports/event-log.ts';
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

/** The groups in which this process is a member. */
export class Groups implements AsyncDisposable {
  readonly #parts: GroupsParts;
  readonly #members = new Map<Member, string>();
  /** for commits: an answer to JoinGroup, which takes long, would hold them back on the members' own connections */
  readonly #coordinators = new Map<string, Coordinator>();

  constructor(parts: GroupsParts) {
    this.#parts = parts;
  }

  async join(options: GroupOptions): Promise<GroupMember> {
    const { service, topics, errors, logger, limits } = this.#parts;
    const { group, topic } = options;
    const coordinator = new Coordinator(service, group, limits.rebalanceMs);
    const partitionsOf = async (names: readonly string[]) => {
      const found = await Promise.all(names.map((name) => topics.find(name)));
      return new Map(found.map(({ name, partitions }) => [name, partitions]));
    };
    const session = new Session({ coordinator, group, topic, limits, partitionsOf });
    const log = new LogNowAndThen(logger, `Membership in group "${group}" is in trouble; it is tried again`);
    const onTrouble = (error: unknown) => log.warn({ reason: errors.sentence(error) });
    const member = new Member({ options, session, limits, onTrouble });
    this.#members.set(member, group);
    await member.start();
    const leave = async () => {
      await member[Symbol.asyncDispose]();
      this.#members.delete(member);
      await coordinator.close();
    };
    return {
      get held() {
        return member.held;
      },
      [Symbol.asyncDispose]: leave,
    };
  }

  /** While a group has members, the broker takes positions from them only. */
  memberOf(group: string): Committer | undefined {
    for (const [member, of] of this.#members) {
      if (of !== group || member.session.memberId === '') continue;
      return { commit: (topic, positions) => this.#commit(group, member.session, { topic, positions }) };
    }
    return undefined;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(Array.from(this.#members.keys(), (member) => member[Symbol.asyncDispose]()));
    this.#members.clear();
    await Promise.all(Array.from(this.#coordinators.values(), (coordinator) => coordinator.close()));
  }

  async #commit(
    group: string,
    { generation, memberId }: Session,
    { topic, positions }: { readonly topic: string; readonly positions: ReadonlyMap<number, number> },
  ): Promise<void> {
    const { service } = this.#parts;
    const coordinator = this.#coordinators.get(group) ?? new Coordinator(service, group, 0);
    this.#coordinators.set(group, coordinator);
    const partitions = Array.from(positions, ([partitionIndex, position]) => ({
      partitionIndex,
      committedOffset: BigInt(position),
      committedLeaderEpoch: -1,
      committedMetadata: null,
    }));
    await coordinator.ask('OffsetCommit', group, generation, memberId, null, [{ name: topic, partitions }]);
  }
}
