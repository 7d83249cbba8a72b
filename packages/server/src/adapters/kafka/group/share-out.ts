/** What a member says when it joins. */
export interface Claim {
  readonly memberId: string;
  readonly topics: readonly string[];
  /** topic → partitions that it holds */
  readonly held: ReadonlyMap<string, readonly number[]>;
  /** in which generation of the group it was given them */
  readonly generation: number;
}

/** member → topic → partitions */
export type Shares = Map<string, Map<string, number[]>>;

/**
 * Shares out partitions: as evenly as can be, and each member keeps what it holds if it can. A partition that has to move is
 * given to no one yet: its holder sees that it is missing, finishes, and joins again, and then it is free.
 */
export function shareOut(partitions: ReadonlyMap<string, number>, claims: readonly Claim[]): Shares {
  const shares: Shares = new Map(claims.map(({ memberId }) => [memberId, new Map()]));
  for (const [topic, count] of partitions) {
    const members = claims.filter(({ topics }) => topics.includes(topic));
    for (const [memberId, own] of shareTopic(topic, count, members)) shares.get(memberId)?.set(topic, own);
  }
  return shares;
}

function shareTopic(topic: string, count: number, members: readonly Claim[]): Map<string, number[]> {
  const holders = holdersOf(topic, count, members);
  const kept = keptOf(holders, count, members);
  const free = Array.from({ length: count }, (_, partition) => partition).filter((one) => !holders.has(one));
  for (const own of leastFirst(kept, free.length, count)) {
    const partition = free.shift();
    if (partition !== undefined) own.push(partition);
  }
  for (const own of kept.values()) own.sort((a, b) => a - b);
  return kept;
}

/** Who holds what. Of two that claim the same, the later generation knows better. */
function holdersOf(topic: string, count: number, members: readonly Claim[]): Map<number, Claim> {
  const holders = new Map<number, Claim>();
  for (const member of members) {
    for (const partition of member.held.get(topic) ?? []) {
      const other = holders.get(partition);
      if (partition < count && (!other || other.generation < member.generation)) holders.set(partition, member);
    }
  }
  return holders;
}

/** What members keep: each at most a fair share; as many members as there is remainder keep one more. */
function keptOf(holders: ReadonlyMap<number, Claim>, count: number, members: readonly Claim[]): Map<string, number[]> {
  const fair = Math.floor(count / members.length);
  let remainder = count % members.length;
  const kept = new Map<string, number[]>();
  const most = (held: readonly number[]) => held.length;
  const byMember = members
    .map(({ memberId }) => ({
      memberId,
      held: Array.from(holders, ([partition, holder]) => (holder.memberId === memberId ? partition : -1)).filter(
        (one) => one >= 0,
      ),
    }))
    // Those that hold most keep the odd ones, so that the fewest partitions move.
    .toSorted((a, b) => most(b.held) - most(a.held) || (a.memberId < b.memberId ? -1 : 1));
  for (const { memberId, held } of byMember) {
    const mayHaveOneMore = held.length > fair && remainder > 0;
    if (mayHaveOneMore) remainder -= 1;
    kept.set(memberId, held.toSorted((a, b) => a - b).slice(0, mayHaveOneMore ? fair + 1 : fair));
  }
  return kept;
}

/** The shares to which free partitions go, one entry for each. */
function* leastFirst(kept: ReadonlyMap<string, number[]>, free: number, count: number): Generator<number[]> {
  const most = Math.ceil(count / kept.size);
  for (let given = 0; given < free; given += 1) {
    const [least] = [...kept.values()].toSorted((a, b) => a.length - b.length);
    if (!least || least.length >= most) return;
    yield least;
  }
}
