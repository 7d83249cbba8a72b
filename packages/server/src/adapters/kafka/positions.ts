import type { Admin } from '@platformatic/kafka';
import { EventLogError, type TopicInfo } from '../../ports/event-log.ts';
import { hasCode } from './errors.ts';
import type { Patience } from './patience.ts';

const LONGEST_GROUP = 249;
const MOVING = ['REBALANCE_IN_PROGRESS', 'ILLEGAL_GENERATION'];

/** A member of the group in this process: while a group has members, only they may commit. */
export interface Committer {
  commit(topic: string, positions: ReadonlyMap<number, number>): Promise<void>;
}

export interface PositionsParts {
  readonly admin: Admin;
  readonly patience: Patience;
  readonly memberOf: (group: string) => Committer | undefined;
}

/** Positions of groups, kept by the brokers where their own tools show them. */
export class Positions {
  readonly #parts: PositionsParts;

  constructor(parts: PositionsParts) {
    this.#parts = parts;
  }

  async commit(group: string, topic: string, positions: ReadonlyMap<number, number>): Promise<void> {
    checkPositions(group, positions);
    if (positions.size === 0) return;
    const { admin, patience, memberOf } = this.#parts;
    const doing = `The positions of group "${group}" in topic "${topic}" could not be stored`;
    const partitionOffsets = Array.from(positions, ([partition, offset]) => ({ partition, offset: BigInt(offset) }));
    const store = async () => {
      const member = memberOf(group);
      if (member) return member.commit(topic, positions);
      return admin.alterConsumerGroupOffsets({ groupId: group, topics: [{ name: topic, partitionOffsets }] });
    };
    await patience
      .run(doing, store, (error) => hasCode(error, ...MOVING))
      .catch((error: unknown) => {
        if (!hasCode(error, 'UNKNOWN_MEMBER_ID')) throw error;
        const sentence = `${doing}: the group has members, and this process is none of them`;
        throw new EventLogError('unavailable', sentence, { cause: error });
      });
  }

  async committed(group: string, { name, partitions }: TopicInfo): Promise<Map<number, number>> {
    const { admin, patience } = this.#parts;
    const partitionIndexes = Array.from({ length: partitions }, (_, partition) => partition);
    const groups = [{ groupId: group, topics: [{ name, partitionIndexes }] }];
    const doing = `The positions of group "${group}" in topic "${name}" could not be read`;
    const listed = await patience.run(doing, async () => {
      try {
        return await admin.listConsumerGroupOffsets({ groups });
      } catch (error) {
        if (hasCode(error, 'GROUP_ID_NOT_FOUND')) return [];
        throw error;
      }
    });
    const found = listed.flatMap(({ topics }) => topics.filter((topic) => topic.name === name));
    const stored = found.flatMap((topic) => topic.partitions.filter(({ committedOffset }) => committedOffset >= 0n));
    return new Map(stored.map(({ partitionIndex, committedOffset }) => [partitionIndex, Number(committedOffset)]));
  }
}

/** @throws RangeError */
function checkPositions(group: string, positions: ReadonlyMap<number, number>): void {
  if (!(group.length >= 1 && group.length <= LONGEST_GROUP)) {
    throw new RangeError(`A group's name has 1 to ${LONGEST_GROUP} characters, not ${group.length}`);
  }
  for (const [partition, position] of positions) {
    if (Number.isSafeInteger(position) && position >= 0) continue;
    throw new RangeError(`${position} is no position; partition ${partition} wants an offset of 0 or above`);
  }
}
