import type { RecordsBatch } from '@platformatic/kafka';
import { EventLogError, type LogRecord, type RecordBatch } from '../../ports/event-log.ts';

/** Bits of a batch's attributes, as Kafka's record format defines them. */
const STAMPED_BY_BROKER = 8;
const CONTROL = 32;

/** Where a reader stands in one partition, and what came from there and is not delivered yet. */
export class PartitionCursor {
  readonly partition: number;
  /** offset of the next record to fetch */
  position: number;
  /** The position is above the end of the partition, where a fetch is refused. */
  isAhead = false;
  readonly #topic: string;
  /** first offset that is no longer wanted; Infinity when following */
  readonly #until: number;
  #gapFrom: number | undefined;
  #records: LogRecord[] = [];
  #delivered = 0;

  constructor(topic: string, partition: number, range: { readonly from: number; readonly until: number }) {
    this.#topic = topic;
    this.partition = partition;
    this.position = range.from;
    this.#until = range.until;
  }

  get isDone(): boolean {
    return this.#records.length === 0 && this.position >= this.#until;
  }

  get wantsMore(): boolean {
    return this.#records.length === 0 && this.position < this.#until;
  }

  /** The records before `earliest` are gone. The next batch says so. */
  skipTo(earliest: number): void {
    if (earliest <= this.position) return;
    this.#gapFrom ??= this.position;
    this.position = earliest;
  }

  /** @throws EventLogError `wrong_topic` when the producers' clocks stamped the records */
  add(batches: readonly RecordsBatch[]): void {
    for (const batch of batches) {
      const first = Number(batch.firstOffset);
      const after = first + batch.lastOffsetDelta + 1;
      // An answer starts with the whole batch in which the wanted offset lies.
      if (after <= this.position) continue;
      if ((batch.attributes & CONTROL) === 0) this.#addRecords(batch, first);
      this.position = after;
    }
  }

  /** The next records, at least one; undefined when there is none at the moment. */
  next(maxRecords: number): RecordBatch | undefined {
    const records = this.#records.slice(this.#delivered, this.#delivered + maxRecords);
    const last = records.at(-1);
    if (!last) return undefined;
    this.#delivered += records.length;
    if (this.#delivered === this.#records.length) {
      this.#records = [];
      this.#delivered = 0;
    }
    const gap = this.#gapFrom === undefined ? {} : { gapFrom: this.#gapFrom };
    this.#gapFrom = undefined;
    return { partition: this.partition, records, nextOffset: last.offset + 1, ...gap };
  }

  #addRecords(batch: RecordsBatch, first: number): void {
    if ((batch.attributes & STAMPED_BY_BROKER) === 0) throw stampedByProducer(this.#topic);
    // The time of the single record is the producer's; the broker's stands in the head of the batch only.
    const appendedAt = Number(batch.maxTimestamp);
    for (const record of batch.records) {
      const offset = first + record.offsetDelta;
      if (offset < this.position || offset >= this.#until) continue;
      this.#records.push({
        topic: this.#topic,
        partition: this.partition,
        offset,
        appendedAt,
        key: textOf(record.key),
        value: record.value ?? new Uint8Array(),
        headers: Object.fromEntries(
          Array.from(record.headers, ([name, value]) => [textOf(name) ?? '', textOf(value) ?? '']),
        ),
      });
    }
  }
}

/** The client types what is missing as a Buffer. */
function textOf(bytes: Buffer | null | undefined): string | null {
  return bytes ? bytes.toString() : null;
}

export function stampedByProducer(topic: string): EventLogError {
  const sentence = `Topic "${topic}" keeps the clocks of its producers, so nothing says when a record was appended; set message.timestamp.type=LogAppendTime for it in Kafka`;
  return new EventLogError('wrong_topic', sentence);
}
