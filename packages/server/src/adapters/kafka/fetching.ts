import { type Consumer, FetchIsolationLevels, type FetchOptions } from '@platformatic/kafka';
import { EventLogError } from '../../ports/event-log.ts';
import { MAX_WAIT_MS } from './consumers.ts';
import { hasCode, isUnknownTopic } from './errors.ts';
import type { PartitionCursor } from './partition-cursor.ts';
import type { TopicOffsets } from './offsets.ts';

/** Of one partition in one answer (S2-24). */
const MAX_PARTITION_BYTES = 1_048_576;
const MAX_ANSWER_BYTES = 4_194_304;
const BYTES_PER_RECORD = 1_024;
const RETRY_MS = 200;
/** How often the end is asked for while a reader waits above it. */
const AHEAD_MS = 100;
const FORGOTTEN_SESSION = ['FETCH_SESSION_ID_NOT_FOUND', 'INVALID_FETCH_SESSION_EPOCH', 'FETCH_SESSION_TOPIC_ID_ERROR'];
/** A broker that has just started may not know its topics for a moment. */
const GONE_AFTER_MS = 5_000;

export interface FetchParts {
  readonly consumer: Consumer;
  readonly topic: string;
  readonly topicId: string;
  readonly cursors: readonly PartitionCursor[];
  readonly maxRecords: number;
  readonly offsets: TopicOffsets;
  /** Called for what another attempt may mend, with how long it has been so. @throws when the reader is to end */
  readonly onTrouble: (error: unknown, sinceMs: number) => void;
}

/** Brings records to the cursors of one reader: one fetch under way per leader. */
export class Fetching {
  readonly #parts: FetchParts;
  readonly #underWay = new Map<number, Promise<void>>();
  #failure: unknown;
  #isOver = false;
  #troubleSince: number | undefined;
  #unknownSince: number | undefined;
  #pausing: Promise<void> | undefined;

  constructor(parts: FetchParts) {
    this.#parts = parts;
  }

  /** Starts what can be started and resolves when something has come of it. @throws what ends the reader */
  async next(stopped: Promise<void>): Promise<void> {
    if (!this.#pausing) await this.#start();
    const pausing = this.#pausing ? [this.#pausing] : [];
    await Promise.race([stopped, ...pausing, ...this.#underWay.values()]);
    if (this.#failure) throw this.#failure;
  }

  /** The reader has ended. Resolves when no fetch is under way any more: then the client may serve another one. */
  async settle(): Promise<void> {
    this.#isOver = true;
    await Promise.allSettled(this.#underWay.values());
  }

  async #start(): Promise<void> {
    try {
      const leaders = await this.#leaders();
      for (const [leader, cursors] of leaders) {
        if (this.#underWay.has(leader)) continue;
        const fetching = this.#fetch(leader, cursors).finally(() => this.#underWay.delete(leader));
        this.#underWay.set(leader, fetching);
      }
      if (this.#underWay.size === 0) this.#pause(AHEAD_MS);
    } catch (error) {
      this.#trouble(error);
    }
  }

  /** The cursors that want more, by the broker that leads their partitions. */
  async #leaders(): Promise<Map<number, PartitionCursor[]>> {
    const { consumer, topic, cursors } = this.#parts;
    const metadata = await consumer.metadata({ topics: [topic], forceUpdate: this.#troubleSince !== undefined });
    const found = metadata.topics.get(topic);
    if (!found) throw new Error(`Unknown topic ${topic}`);
    if (found.id !== this.#parts.topicId) this.#end(recreated(topic));
    await this.#lookAhead(cursors.filter(({ isAhead }) => isAhead));
    const leaders = new Map<number, PartitionCursor[]>();
    for (const cursor of cursors) {
      if (!cursor.wantsMore || cursor.isAhead) continue;
      const leader = found.partitions[cursor.partition]?.leader ?? -1;
      if (metadata.brokers.has(leader)) leaders.set(leader, [...(leaders.get(leader) ?? []), cursor]);
      else this.#trouble(new Error(`Partition ${cursor.partition} of topic "${topic}" has no leader at the moment`));
    }
    return leaders;
  }

  async #fetch(node: number, cursors: readonly PartitionCursor[]): Promise<void> {
    const { consumer, topicId, maxRecords } = this.#parts;
    // At least one batch comes, however few bytes are allowed: who wants one record gets no thousand to keep.
    const partitionMaxBytes = Math.min(MAX_PARTITION_BYTES, 1 + (maxRecords - 1) * BYTES_PER_RECORD);
    const partitions = cursors.map(({ partition, position }) => ({
      partition,
      fetchOffset: BigInt(position),
      partitionMaxBytes,
      currentLeaderEpoch: -1,
      lastFetchedEpoch: -1,
    }));
    const request: FetchOptions<Buffer, Buffer, Buffer, Buffer> = {
      node,
      topics: [{ topicId, partitions }],
      maxWaitTime: MAX_WAIT_MS,
      minBytes: 1,
      maxBytes: MAX_ANSWER_BYTES,
      isolationLevel: FetchIsolationLevels.READ_UNCOMMITTED,
    };
    try {
      const answer = await consumer.fetch(request);
      for (const { partitions: answered } of answer.responses) {
        for (const { partitionIndex, records } of answered) {
          cursors.find(({ partition }) => partition === partitionIndex)?.add(records ?? []);
        }
      }
      this.#troubleSince = undefined;
      this.#unknownSince = undefined;
    } catch (error) {
      if (hasCode(error, 'OFFSET_OUT_OF_RANGE'))
        await this.#findPositions(cursors).catch((e: unknown) => this.#trouble(e));
      else this.#trouble(error);
    }
  }

  /** Some of the cursors stand where there is no record: before the earliest, or above the end. */
  async #findPositions(cursors: readonly PartitionCursor[]): Promise<void> {
    const { offsets, topic } = this.#parts;
    const [earliest, ends] = await Promise.all([offsets.earliest(topic), offsets.ends(topic)]);
    for (const cursor of cursors) {
      cursor.skipTo(earliest[cursor.partition] ?? 0);
      cursor.isAhead = cursor.position > (ends[cursor.partition] ?? 0);
    }
  }

  async #lookAhead(cursors: readonly PartitionCursor[]): Promise<void> {
    if (cursors.length > 0) await this.#findPositions(cursors);
  }

  #trouble(error: unknown): void {
    if (this.#isOver) return;
    // The broker has forgotten what this client reads, as it does with the longest idle; the next fetch says it anew.
    if (hasCode(error, ...FORGOTTEN_SESSION)) return;
    if (error instanceof EventLogError && !error.retryable) return this.#end(error);
    const now = performance.now();
    this.#troubleSince ??= now;
    if (isUnknownTopic(error)) this.#unknownSince ??= now;
    else this.#unknownSince = undefined;
    if (this.#unknownSince !== undefined && now - this.#unknownSince > GONE_AFTER_MS) {
      const sentence = `Topic "${this.#parts.topic}" was deleted while it was read`;
      return this.#end(new EventLogError('unknown_topic', sentence, { cause: error }));
    }
    try {
      this.#parts.onTrouble(error, now - this.#troubleSince);
    } catch (final) {
      return this.#end(final);
    }
    this.#pause(RETRY_MS);
  }

  #end(failure: unknown): void {
    this.#failure ??= failure;
  }

  #pause(ms: number): void {
    this.#pausing ??= new Promise<void>((resolve) => setTimeout(resolve, ms)).finally(() => {
      this.#pausing = undefined;
    });
  }
}

function recreated(topic: string): EventLogError {
  const sentence = `Topic "${topic}" was deleted and made again while it was read: positions of the old one mean nothing in the new one`;
  return new EventLogError('wrong_topic', sentence);
}
