import type { TopicSpec } from '@ovation/protocol';
import { EventLogError, type TopicInfo } from '../../ports/event-log.ts';
import { MAX_PARTITIONS } from './block-key.ts';
import type { LogStore, StoredTopic } from './store.ts';

/** Kafka's limit; far below what a key of LMDB can hold. */
const MAX_NAME_LENGTH = 249;

/** Where a partition stands on disk. */
export interface PartitionState {
  /** offset of the earliest record kept; equals `next` when there is none */
  earliest: number;
  next: number;
  lastAppendedAt: number;
  /** called once when something was appended */
  readonly waiting: Set<() => void>;
}

export interface TopicState {
  info: TopicInfo;
  readonly number: number;
  readonly partitions: readonly PartitionState[];
  /** next partition for records without key and partition */
  turn: number;
}

/** The topics and where their partitions stand, in memory. Says only what is on disk. */
export class Catalogue {
  readonly #store: LogStore;
  readonly #topics = new Map<string, TopicState>();

  constructor(store: LogStore) {
    this.#store = store;
    this.refresh();
  }

  /** Reads again what another process may have written. */
  refresh(): void {
    for (const stored of this.#store.topics()) {
      const topic = this.#topics.get(stored.name) ?? this.add(stored);
      for (const [partition, state] of topic.partitions.entries()) this.#load(topic.number, partition, state);
    }
  }

  add({ number, ...info }: StoredTopic): TopicState {
    const partitions = Array.from({ length: info.partitions }, () => {
      return { earliest: 0, next: 0, lastAppendedAt: 0, waiting: new Set<() => void>() };
    });
    const topic: TopicState = { info: Object.freeze(info), number, partitions, turn: 0 };
    this.#topics.set(info.name, topic);
    return topic;
  }

  find(name: string): TopicState | undefined {
    return this.#topics.get(name);
  }

  all(): TopicState[] {
    return [...this.#topics.values()];
  }

  /** @throws EventLogError `unknown_topic` */
  topic(name: string): TopicState {
    const topic = this.#topics.get(name);
    if (!topic) throw new EventLogError('unknown_topic', `The event log has no topic "${name}"`);
    return topic;
  }

  #load(topic: number, partition: number, state: PartitionState): void {
    const start = this.#store.start(topic, partition);
    const last = this.#store.lastBlock(topic, partition);
    const first = last && this.#store.blockAt(topic, partition, 0);
    state.earliest = first?.firstOffset ?? start?.earliest ?? 0;
    state.next = last ? last.lastOffset + 1 : state.earliest;
    state.lastAppendedAt = Math.max(last?.appendedAt ?? 0, start?.lastAppendedAt ?? 0);
  }
}

/** @throws EventLogError `unknown_partition` */
export function partitionState(topic: TopicState, partition: number): PartitionState {
  const state = topic.partitions[partition];
  if (state) return state;
  const { name, partitions } = topic.info;
  throw new EventLogError(
    'unknown_partition',
    `Topic "${name}" has partitions 0 to ${partitions - 1}, there is no partition ${partition}`,
  );
}

/** @throws RangeError */
export function checkSpec({ name, partitions, retentionMs }: TopicSpec): void {
  if (!(name.length >= 1 && name.length <= MAX_NAME_LENGTH)) {
    throw new RangeError(`A topic's name has 1 to ${MAX_NAME_LENGTH} characters, not ${name.length}`);
  }
  if (!(Number.isInteger(partitions) && partitions >= 1 && partitions <= MAX_PARTITIONS)) {
    throw new RangeError(`Topic "${name}" must have 1 to ${MAX_PARTITIONS} partitions, not ${partitions}`);
  }
  if (!(Number.isFinite(retentionMs) && retentionMs > 0)) {
    throw new RangeError(`Topic "${name}" must have a retention above 0 ms, not ${retentionMs}`);
  }
}
