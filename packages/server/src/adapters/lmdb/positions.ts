import type { LogStore, StoredPosition } from './store.ts';

const NONE: ReadonlyMap<number, number> = new Map();
/** Far below what a key of LMDB can hold. */
const MAX_GROUP_LENGTH = 249;

/** Committed positions of the groups, in memory. Says only what is on disk. */
export class Positions {
  readonly #store: LogStore;
  /** topic → group → partition → position */
  readonly #topics = new Map<string, Map<string, Map<number, number>>>();

  constructor(store: LogStore) {
    this.#store = store;
    this.refresh();
  }

  /** Reads again what another process may have written. */
  refresh(): void {
    for (const stored of this.#store.positions()) this.set(stored);
  }

  set({ topic, group, partition, position }: StoredPosition): void {
    const groups = this.#topics.get(topic) ?? new Map<string, Map<number, number>>();
    const positions = groups.get(group) ?? new Map<number, number>();
    positions.set(partition, position);
    groups.set(group, positions);
    this.#topics.set(topic, groups);
  }

  of(topic: string, group: string): ReadonlyMap<number, number> {
    return this.#topics.get(topic)?.get(group) ?? NONE;
  }

  /** The groups that have a position in the partition. */
  ofPartition(topic: string, partition: number): { group: string; position: number }[] {
    const found: { group: string; position: number }[] = [];
    for (const [group, positions] of this.#topics.get(topic) ?? []) {
      const position = positions.get(partition);
      if (position !== undefined) found.push({ group, position });
    }
    return found;
  }
}

/** @throws RangeError */
export function checkPosition({ group, partition, position }: StoredPosition): void {
  if (!(group.length >= 1 && group.length <= MAX_GROUP_LENGTH)) {
    throw new RangeError(`A group's name has 1 to ${MAX_GROUP_LENGTH} characters, not ${group.length}`);
  }
  if (!(Number.isSafeInteger(position) && position >= 0)) {
    throw new RangeError(`${position} is no position; partition ${partition} wants an offset of 0 or above`);
  }
}
