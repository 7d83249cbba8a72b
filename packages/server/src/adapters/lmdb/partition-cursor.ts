import type { LogRecord, RecordBatch } from '../../ports/event-log.ts';
import { decodeBlock } from './block.ts';
import { type PartitionState, partitionState, type TopicState } from './catalogue.ts';
import type { LogStore } from './store.ts';

/** A batch takes no further block beyond this, so that large records do not fill the memory. */
const MAX_BATCH_BYTES = 4 * 1024 * 1024;

/** Where a reader stands in one partition. */
export class PartitionCursor {
  readonly partition: number;
  readonly state: PartitionState;
  readonly #store: LogStore;
  readonly #topic: TopicState;
  /** First offset that is no longer wanted; Infinity when following. */
  readonly #until: number;
  #position: number;
  /** The offset that was asked for and is gone; told with the next records. */
  #gapFrom: number | undefined;
  /** Decoded and not yet delivered, so that small batches do not decode a block again and again. */
  #decoded: LogRecord[] = [];

  /** @throws EventLogError `unknown_partition` */
  constructor(parts: { store: LogStore; topic: TopicState; partition: number; from: number; until: number }) {
    this.partition = parts.partition;
    this.state = partitionState(parts.topic, parts.partition);
    this.#store = parts.store;
    this.#topic = parts.topic;
    this.#until = parts.until;
    this.#position = parts.from;
  }

  /** The next records, at least one; undefined when there is none at the moment. */
  next(maxRecords: number): RecordBatch | undefined {
    if (this.#decoded.length === 0) this.#decode(maxRecords);
    if (this.#decoded.length === 0) return undefined;
    const records = this.#decoded.slice(0, maxRecords);
    this.#decoded = this.#decoded.slice(maxRecords);
    const gap = this.#gapFrom === undefined ? {} : { gapFrom: this.#gapFrom };
    this.#gapFrom = undefined;
    // The slice above is not empty.
    const nextOffset = (records.at(-1)?.offset ?? 0) + 1;
    return { partition: this.partition, records, nextOffset, ...gap };
  }

  #decode(maxRecords: number): void {
    if (this.#position < this.state.earliest) {
      this.#gapFrom ??= this.#position;
      this.#position = this.state.earliest;
    }
    const decoded = this.#readBlocks(maxRecords);
    const [first] = decoded;
    const last = decoded.at(-1);
    if (!first || !last) return;
    // Retention may have removed blocks on disk that the state does not know of yet.
    if (first.offset > this.#position) this.#gapFrom ??= this.#position;
    this.#decoded = decoded;
    this.#position = last.offset + 1;
  }

  #readBlocks(maxRecords: number): LogRecord[] {
    const until = Math.min(this.#until, this.state.next);
    if (this.#position >= until) return [];
    const range = { topic: this.#topic.info.name, from: this.#position, until };
    const decoded: LogRecord[] = [];
    let bytes = 0;
    for (const block of this.#store.blocks(this.#topic.number, this.partition, this.#position)) {
      for (const record of decodeBlock(block.place, block.bytes, range)) decoded.push(record);
      bytes += block.bytes.length;
      if (decoded.length >= maxRecords || bytes >= MAX_BATCH_BYTES || block.place.lastOffset + 1 >= until) break;
    }
    return decoded;
  }
}
