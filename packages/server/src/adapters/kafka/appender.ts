import type { AppendedRecord, EventLogError, TopicInfo } from '../../ports/event-log.ts';
import { Lane, type Piece, piecesOf, type SendBatch } from './lane.ts';
import type { Planned } from './messages.ts';

/** Beyond this the brokers have stopped: callers are told so instead of memory filling up. */
const MAX_WAITING_BYTES = 67_108_864;

export interface AppenderParts {
  /** Sends a batch to a partition, and repeats that until it is stored. */
  readonly send: (topic: string, partition: number) => SendBatch;
  /** After so long a call is told that the log is unavailable. */
  readonly limitMs: number;
  /** the sentence for that */
  readonly unavailable: () => EventLogError;
}

/** Appends calls to the lanes of their partitions, and gives up for the caller when the brokers do not answer. */
export class Appender {
  readonly #parts: AppenderParts;
  /** topic and partition → lane */
  readonly #lanes = new Map<string, Lane>();
  #waitingBytes = 0;

  constructor(parts: AppenderParts) {
    this.#parts = parts;
  }

  async append(topic: TopicInfo, planned: readonly Planned[]): Promise<AppendedRecord[]> {
    const bytes = planned.reduce((sum, one) => sum + one.bytes, 0);
    if (this.#waitingBytes > 0 && this.#waitingBytes + bytes > MAX_WAITING_BYTES) throw this.#parts.unavailable();
    this.#waitingBytes += bytes;
    const call = new Call(planned);
    try {
      for (const [partition, indexes] of call.partitions()) call.addTo(this.#lane(topic.name, partition), indexes);
      await this.#withLimit(call);
      return call.places();
    } finally {
      this.#waitingBytes -= bytes;
    }
  }

  /** Resolves when nothing is under way, or when callers have been told that it takes too long. */
  async idle(): Promise<void> {
    const idle = Promise.all(Array.from(this.#lanes.values(), (lane) => lane.idle()));
    const late = Promise.withResolvers<void>();
    const timer = setTimeout(() => late.resolve(), this.#parts.limitMs);
    await Promise.race([idle, late.promise]);
    clearTimeout(timer);
  }

  async #withLimit(call: Call): Promise<void> {
    const late = Promise.withResolvers<never>();
    const timer = setTimeout(() => {
      // What is on its way may still arrive; what has not been sent will not.
      call.withdraw();
      late.reject(this.#parts.unavailable());
    }, this.#parts.limitMs);
    try {
      await Promise.race([call.settled(), late.promise]);
    } finally {
      clearTimeout(timer);
    }
  }

  #lane(topic: string, partition: number): Lane {
    // No topic has a slash in its name.
    const key = `${topic}/${partition}`;
    const lane = this.#lanes.get(key) ?? new Lane(this.#parts.send(topic, partition));
    this.#lanes.set(key, lane);
    return lane;
  }
}

/** One call of `append`: where its records come to stand. */
class Call {
  readonly #planned: readonly Planned[];
  readonly #places: AppendedRecord[] = [];
  readonly #settled: Promise<void>[] = [];
  readonly #pieces = new Map<Lane, Set<Piece>>();

  constructor(planned: readonly Planned[]) {
    this.#planned = planned;
  }

  /** partition → places in the call, in order */
  partitions(): Map<number, number[]> {
    return Map.groupBy(this.#planned.keys(), (index) => this.#planned[index]?.partition ?? 0);
  }

  addTo(lane: Lane, indexes: readonly number[]): void {
    const records = indexes.flatMap((index) => this.#planned[index] ?? []);
    let from = 0;
    const own = new Set<Piece>();
    this.#pieces.set(lane, own);
    for (const { messages, bytes } of piecesOf(records)) {
      const covered = indexes.slice(from, from + messages.length);
      from += messages.length;
      const { promise, resolve, reject } = Promise.withResolvers<void>();
      this.#settled.push(promise);
      const piece: Piece = {
        messages,
        bytes,
        appended: ({ offset, appendedAt }) => {
          for (const [n, index] of covered.entries()) {
            const partition = this.#planned[index]?.partition ?? 0;
            this.#places[index] = { partition, offset: offset + n, appendedAt };
          }
          resolve();
        },
        failed: reject,
      };
      own.add(piece);
      lane.add(piece);
    }
  }

  withdraw(): void {
    for (const [lane, pieces] of this.#pieces) lane.withdraw(pieces);
  }

  /** Waits for all pieces, so that nothing is on its way when the caller hears of a failure. */
  async settled(): Promise<void> {
    const outcomes = await Promise.allSettled(this.#settled);
    for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason;
  }

  places(): AppendedRecord[] {
    return this.#places;
  }
}
