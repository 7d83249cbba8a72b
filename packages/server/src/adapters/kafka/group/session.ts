import type { GroupLimits } from '../group-limits.ts';
import { hasCode } from '../errors.ts';
import type { Coordinator } from './coordinator.ts';
import { type Claim, shareOut } from './share-out.ts';
import { decodeAssignment, decodeClaim, encodeAssignment, encodeClaim, type Held } from './wire.ts';

/** Members agree on how to share out by this name. */
const PROTOCOL = 'ovation-cooperative';
const PROTOCOL_TYPE = 'consumer';

export interface SessionParts {
  readonly coordinator: Coordinator;
  readonly group: string;
  readonly topic: string;
  readonly limits: GroupLimits;
  /** Partitions of topics, for the member that shares out. */
  readonly partitionsOf: (topics: readonly string[]) => Promise<ReadonlyMap<string, number>>;
}

/** What one member says to the coordinator. */
export class Session {
  readonly #parts: SessionParts;
  memberId = '';
  generation = -1;

  constructor(parts: SessionParts) {
    this.#parts = parts;
  }

  /** Joins, or joins again, and answers which partitions are this member's now. Waits for the other members. */
  async join(held: readonly number[]): Promise<readonly number[]> {
    const { coordinator, group, topic, limits } = this.#parts;
    const metadata = encodeClaim([topic], new Map([[topic, held]]), this.generation);
    const protocols = [{ name: PROTOCOL, metadata }];
    const { sessionMs, rebalanceMs } = limits;
    const ask = () =>
      coordinator.ask('JoinGroup', group, sessionMs, rebalanceMs, this.memberId, null, PROTOCOL_TYPE, protocols);
    const joined = await ask().catch((error: unknown) => {
      const given = memberIdIn(error);
      if (given === undefined) throw error;
      this.memberId = given;
      return ask();
    });
    this.memberId = joined.memberId;
    this.generation = joined.generationId;
    const leads = joined.leader === joined.memberId;
    const claims = leads ? joined.members.map((member) => decodeClaim(member.memberId, member.metadata)) : [];
    return this.#sync(await this.#share(claims));
  }

  async beat(): Promise<void> {
    await this.#parts.coordinator.ask('Heartbeat', this.#parts.group, this.generation, this.memberId, null);
  }

  /** Also while the group shares out anew. */
  async commit(topic: string, positions: ReadonlyMap<number, number>): Promise<void> {
    const { coordinator, group } = this.#parts;
    const partitions = Array.from(positions, ([partitionIndex, position]) => ({
      partitionIndex,
      committedOffset: BigInt(position),
      committedLeaderEpoch: -1,
      committedMetadata: null,
    }));
    const topics = [{ name: topic, partitions }];
    await coordinator.ask('OffsetCommit', group, this.generation, this.memberId, null, topics);
  }

  async leave(): Promise<void> {
    if (this.memberId === '') return;
    await this.#parts.coordinator.ask('LeaveGroup', this.#parts.group, [{ memberId: this.memberId }]);
  }

  /** The group no longer knows this member, or has gone on without it. */
  forget(): void {
    this.memberId = '';
    this.generation = -1;
  }

  async #share(claims: readonly Claim[]): Promise<ReadonlyMap<string, Held>> {
    if (claims.length === 0) return new Map();
    const topics = [...new Set(claims.flatMap((claim) => claim.topics))];
    return shareOut(await this.#parts.partitionsOf(topics), claims);
  }

  async #sync(shares: ReadonlyMap<string, Held>): Promise<readonly number[]> {
    const { coordinator, group, topic } = this.#parts;
    const assignments = Array.from(shares, ([memberId, share]) => ({ memberId, assignment: encodeAssignment(share) }));
    const { generation, memberId } = this;
    const { assignment } = await coordinator.ask(
      'SyncGroup',
      group,
      generation,
      memberId,
      null,
      PROTOCOL_TYPE,
      PROTOCOL,
      assignments,
    );
    return decodeAssignment(assignment).get(topic) ?? [];
  }
}

/** A member that comes without an id is given one, and asked to come again. */
function memberIdIn(error: unknown): string | undefined {
  if (!hasCode(error, 'MEMBER_ID_REQUIRED') || !(error instanceof Error)) return undefined;
  // The client keeps the answer in its error.
  const { response } = error as Error & { readonly response?: { readonly memberId?: unknown } };
  return typeof response?.memberId === 'string' ? response.memberId : undefined;
}
