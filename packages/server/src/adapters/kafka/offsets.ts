import { type Admin, ListOffsetTimestamps } from '@platformatic/kafka';
import type { Patience } from './patience.ts';
import type { Topics } from './topics.ts';

export interface OffsetsParts {
  readonly admin: Admin;
  readonly patience: Patience;
  readonly topics: Topics;
}

/** Where partitions begin and end, and where a time lies in them. */
export class TopicOffsets {
  readonly #parts: OffsetsParts;

  constructor(parts: OffsetsParts) {
    this.#parts = parts;
  }

  async ends(topic: string): Promise<number[]> {
    return this.#ofAll(topic, ListOffsetTimestamps.LATEST);
  }

  async earliest(topic: string): Promise<number[]> {
    return this.#ofAll(topic, ListOffsetTimestamps.EARLIEST);
  }

  /** The end when nothing was appended at or after `atMs`. */
  async at(topic: string, partition: number, atMs: number): Promise<number> {
    // Small numbers have meanings of their own, and infinite ones are no numbers for Kafka.
    if (atMs < 0) return (await this.earliest(topic))[partition] ?? 0;
    if (atMs < Number.MAX_SAFE_INTEGER) {
      const found = await this.#list(topic, [partition], BigInt(Math.ceil(atMs)));
      const offset = found.get(partition) ?? -1;
      if (offset >= 0) return offset;
    }
    return (await this.ends(topic))[partition] ?? 0;
  }

  async #ofAll(topic: string, timestamp: bigint): Promise<number[]> {
    const { partitions } = await this.#parts.topics.find(topic);
    const all = Array.from({ length: partitions }, (_, partition) => partition);
    const found = await this.#list(topic, all, timestamp);
    return all.map((partition) => found.get(partition) ?? 0);
  }

  async #list(topic: string, partitions: readonly number[], timestamp: bigint): Promise<Map<number, number>> {
    const { admin, patience } = this.#parts;
    const asked = partitions.map((partitionIndex) => ({ partitionIndex, timestamp }));
    const [listed] = await patience.run(`The offsets of topic "${topic}" could not be asked for`, () =>
      admin.listOffsets({ topics: [{ name: topic, partitions: asked }] }),
    );
    return new Map(listed?.partitions.map(({ partitionIndex, offset }) => [partitionIndex, Number(offset)]));
  }
}
