import { partitionOf } from '@ovation/protocol';
import { EventLogError, type NewRecord, type TopicInfo } from '../../ports/event-log.ts';
import type { Message } from './lane.ts';
import { checkPartition } from './topics.ts';

export interface Planned {
  readonly partition: number;
  readonly message: Message;
  readonly bytes: number;
}

/** Gives each record its partition and its bytes. */
export class Planner {
  readonly #maxRecordBytes: number;
  /** topic → next partition for records without key and partition */
  readonly #turns = new Map<string, number>();

  constructor(maxRecordBytes: number) {
    this.#maxRecordBytes = maxRecordBytes;
  }

  /** @throws EventLogError `unknown_partition`, `too_large` */
  plan(topic: TopicInfo, record: NewRecord): Planned {
    const partition = record.partition ?? this.#choosePartition(topic, record.key);
    checkPartition(topic, partition);
    const headers = Object.entries(record.headers ?? {}).map(
      ([name, value]) => [Buffer.from(name), Buffer.from(value)] as const,
    );
    // Copied, so that the caller may reuse its buffer.
    const value = Buffer.from(record.value);
    const key = typeof record.key === 'string' ? Buffer.from(record.key) : undefined;
    let bytes = value.length + (key?.length ?? 0);
    for (const [name, text] of headers) bytes += name.length + text.length;
    if (bytes > this.#maxRecordBytes) throw tooLarge(topic.name, bytes, this.#maxRecordBytes);
    const message: Message = { topic: topic.name, partition, value, ...(key && { key }), headers: new Map(headers) };
    return { partition, message, bytes };
  }

  #choosePartition({ name, partitions }: TopicInfo, key: string | null | undefined): number {
    if (typeof key === 'string') return partitionOf(key, partitions);
    const turn = this.#turns.get(name) ?? 0;
    this.#turns.set(name, (turn + 1) % partitions);
    return turn;
  }
}

function tooLarge(topic: string, bytes: number, limit: number): EventLogError {
  return new EventLogError('too_large', `A record for topic "${topic}" has ${bytes} bytes, the limit is ${limit}`);
}
