import type { ReadOptions, RecordBatch, TopicInfo } from '../../ports/event-log.ts';
import type { Logger } from '../../telemetry/logger.ts';
import { LogNowAndThen } from './log-now-and-then.ts';
import type { Consumers } from './consumers.ts';
import { type KafkaErrors } from './errors.ts';
import { Fetching } from './fetching.ts';
import type { TopicOffsets } from './offsets.ts';
import { PartitionCursor } from './partition-cursor.ts';
import { readInTurns } from '../read-in-turns.ts';
import { checkPartition, type Topics } from './topics.ts';

const DEFAULT_MAX_RECORDS = 1_000;

export interface ReadersParts {
  readonly consumers: Consumers;
  readonly topics: Topics;
  readonly offsets: TopicOffsets;
  readonly errors: KafkaErrors;
  readonly logger: Logger;
  /** After so long without an answer, a reader that does not follow gives up. */
  readonly limitMs: number;
  /** aborts when the log closes */
  readonly closing: AbortSignal;
}

interface Start {
  readonly topic: TopicInfo;
  readonly cursors: readonly PartitionCursor[];
}

/** Reads without a group, from given offsets. */
export class Readers {
  readonly #parts: ReadersParts;
  /** of readers that do not follow: the ends that they read up to are on their way */
  readonly #starting = new Set<Promise<unknown>>();

  constructor(parts: ReadersParts) {
    this.#parts = parts;
  }

  read(options: ReadOptions): AsyncIterable<RecordBatch> {
    const { maxRecords = DEFAULT_MAX_RECORDS, signal } = options;
    if (!(maxRecords >= 1)) throw new RangeError(`A batch has at least one record, not ${maxRecords}`);
    const end = signal ? AbortSignal.any([signal, this.#parts.closing]) : this.#parts.closing;
    if (end.aborted) return nothing();
    const starting = this.#start(options);
    this.#starting.add(starting);
    // Whether or not it is ever read; the reader hears of the failure below.
    starting.then(
      () => this.#starting.delete(starting),
      () => this.#starting.delete(starting),
    );
    return this.#read(starting, { ...options, maxRecords }, end);
  }

  /** Resolves when readers that were started before know their ends: what is appended afterwards is not theirs. */
  async started(): Promise<void> {
    if (this.#starting.size > 0) await Promise.allSettled(this.#starting);
  }

  async #start({ topic: name, from, follow = true }: ReadOptions): Promise<Start> {
    const topic = await this.#parts.topics.find(name);
    for (const partition of from.keys()) checkPartition(topic, partition);
    const ends = follow ? undefined : await this.#parts.offsets.ends(name);
    const cursors = Array.from(from, ([partition, offset]) => {
      const until = ends ? (ends[partition] ?? 0) : Number.POSITIVE_INFINITY;
      return new PartitionCursor(name, partition, { from: offset, until });
    });
    return { topic, cursors };
  }

  async *#read(
    starting: Promise<Start>,
    options: ReadOptions & { readonly maxRecords: number },
    end: AbortSignal,
  ): AsyncGenerator<RecordBatch> {
    const { consumers, offsets } = this.#parts;
    const { maxRecords, follow = true } = options;
    const stopped = abortOf(end);
    const start = await Promise.race([stopped.promise, starting]).catch((error: unknown) => {
      if (end.aborted) return undefined;
      throw error;
    });
    if (!start) return stopped.release();
    const { topic, cursors } = start;
    const consumer = consumers.take();
    const onTrouble = this.#onTrouble(topic.name, follow);
    const fetching = new Fetching({
      consumer,
      topic: topic.name,
      topicId: topic.id,
      cursors,
      maxRecords,
      offsets,
      onTrouble,
    });
    try {
      const more = () => fetching.next(stopped.promise);
      const isDone = () => cursors.every((cursor) => cursor.isDone);
      yield* readInTurns({ cursors, maxRecords, isDone, stopped: () => end.aborted, more });
    } finally {
      stopped.release();
      void fetching.settle().then(() => consumers.giveBack(consumer));
    }
  }

  #onTrouble(topic: string, follow: boolean) {
    const { errors, limitMs, logger } = this.#parts;
    const doing = `Topic "${topic}" could not be read`;
    const log = new LogNowAndThen(logger, `${doing}; it is tried again`);
    return (error: unknown, sinceMs: number) => {
      if (!follow && sinceMs > limitMs) throw errors.of(error, doing);
      log.warn({ reason: errors.sentence(error) });
    };
  }
}

async function* nothing(): AsyncGenerator<RecordBatch> {}

/** Resolves when the signal aborts. Released, it holds on to nothing: a signal lives as long as its process. */
function abortOf(signal: AbortSignal): { readonly promise: Promise<undefined>; readonly release: () => void } {
  const { promise, resolve } = Promise.withResolvers<undefined>();
  const onAbort = () => resolve(undefined);
  signal.addEventListener('abort', onAbort, { once: true });
  return { promise, release: () => signal.removeEventListener('abort', onAbort) };
}
