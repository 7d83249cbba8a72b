import { TOPICS } from '@ovation/protocol';
import type { Clock } from '../../ports/clock.ts';
import { EventLogError, type EventLog } from '../../ports/event-log.ts';
import { isRefusal, refusalOf } from '../../refusal.ts';
import { retry } from '../../retry.ts';
import type { Logger } from '../../telemetry/logger.ts';
import type { Metrics } from '../../telemetry/metrics.ts';
import { reactionMetrics } from './metrics.ts';

/** One request holds at most this much, so that an outage's backlog goes out in few but bounded requests. */
const REQUEST_MAX_RECORDS = 256;
const REQUEST_MAX_BYTES = 1_048_576;
/** Five minutes of digests at ten a second: what an outage may cost in memory, per partition. */
const QUEUE_MAX_RECORDS = 3_000;
const QUEUE_MAX_BYTES = 16_777_216;
/** The longest is below the 3 s within which flows.md row 5 wants buffered digests flushed. */
const DELAYS = { firstMs: 100, longestMs: 2_000 };

export interface NumberedRecord {
  /** JSON; never changes once it has its number */
  readonly value: string;
  readonly reactions: number;
  settled?(error: Error | undefined): void;
}

export interface PartitionQueueParts {
  readonly eventLog: EventLog;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly partition: number;
}

/**
 * The records of one partition of `activity` on their way into the log: oldest first, one request in flight, re-sent as
 * they are until the log takes them. Beyond the bound the oldest that are not in flight are dropped and counted.
 */
export class PartitionQueue {
  readonly #parts: PartitionQueueParts;
  #nextSeq = 0;
  #waiting: (NumberedRecord & { bytes: number })[] = [];
  #waitingBytes = 0;
  #inFlight: (NumberedRecord & { bytes: number })[] = [];
  readonly #giveUp = new AbortController();
  #isOut = false;
  #maxRecords = REQUEST_MAX_RECORDS;
  #idle: (() => void)[] = [];

  constructor(parts: PartitionQueueParts) {
    this.#parts = parts;
  }

  /** Gives the record its number and queues it. */
  add(build: (seq: number) => NumberedRecord): NumberedRecord {
    const record = build(this.#nextSeq);
    this.#nextSeq += 1;
    const queued = Object.assign(record, { bytes: Buffer.byteLength(record.value) });
    this.#waiting.push(queued);
    this.#waitingBytes += queued.bytes;
    this.#dropOldest();
    if (this.#inFlight.length === 0) this.#send();
    return record;
  }

  /** Takes a record back whose caller waits no longer, unless it is already on its way. */
  withdraw(record: NumberedRecord): void {
    const index = this.#waiting.findIndex((queued) => queued === record);
    if (index < 0) return;
    this.#waitingBytes -= this.#waiting[index]?.bytes ?? 0;
    this.#waiting.splice(index, 1);
  }

  /** Resolves when nothing waits and nothing is in flight. */
  drained(): Promise<void> {
    if (this.#inFlight.length === 0) return Promise.resolve();
    return new Promise((resolve) => this.#idle.push(resolve));
  }

  /** Counts what never got out. Called once, when the process gives up on the log. */
  abandon(): void {
    this.#giveUp.abort();
    for (const record of [...this.#inFlight, ...this.#waiting]) this.#drop(record, 'the process stops');
    this.#waiting = [];
    this.#waitingBytes = 0;
  }

  #send(): void {
    let bytes = 0;
    let count = 0;
    for (const record of this.#waiting) {
      if (count > 0 && (count >= this.#maxRecords || bytes + record.bytes > REQUEST_MAX_BYTES)) break;
      bytes += record.bytes;
      count += 1;
    }
    this.#inFlight = this.#waiting.splice(0, count);
    this.#waitingBytes -= bytes;
    this.#request();
  }

  #request(): void {
    const { clock, eventLog, partition } = this.#parts;
    const records = this.#inFlight.map(({ value }) => ({ partition, key: null, value }));
    retry(() => eventLog.append(TOPICS.activity, records), {
      clock,
      signal: this.#giveUp.signal,
      delays: DELAYS,
      isFinal: isRefusal,
      onFailure: (error) => this.#wait(error),
    }).then(
      () => this.#sent(),
      (error: unknown) => {
        const cause = refusalOf(error);
        if (cause !== undefined) this.#refused(cause);
      },
    );
  }

  #sent(): void {
    if (this.#isOut) {
      this.#parts.logger.info(
        { partition: this.#parts.partition, waiting: this.#waiting.length },
        'activity is written again',
      );
    }
    this.#isOut = false;
    this.#maxRecords = REQUEST_MAX_RECORDS;
    for (const record of this.#inFlight) record.settled?.(undefined);
    this.#next();
  }

  #next(): void {
    this.#inFlight = [];
    if (this.#waiting.length > 0) return this.#send();
    for (const resolve of this.#idle.splice(0)) resolve();
  }

  #wait(error: unknown): void {
    if (this.#isOut) return;
    this.#isOut = true;
    const { logger, metrics, partition } = this.#parts;
    metrics.errors.inc({ part: 'reactions' });
    logger.warn({ err: error, partition }, 'activity cannot be written; digests wait');
  }

  /** The log refuses the whole request for one record: find it by sending them one at a time. */
  #refused(cause: string): void {
    if (this.#inFlight.length > 1) {
      this.#maxRecords = 1;
      this.#waiting.unshift(...this.#inFlight);
      this.#waitingBytes += this.#inFlight.reduce((sum, record) => sum + record.bytes, 0);
      return this.#send();
    }
    for (const record of this.#inFlight) this.#drop(record, cause);
    this.#next();
  }

  #dropOldest(): void {
    while (this.#waiting.length > QUEUE_MAX_RECORDS || this.#waitingBytes > QUEUE_MAX_BYTES) {
      const oldest = this.#waiting.shift();
      if (!oldest) return;
      this.#waitingBytes -= oldest.bytes;
      this.#drop(oldest, 'the log is out for too long');
    }
  }

  #drop(record: NumberedRecord, reason: string): void {
    const { logger, metrics, partition } = this.#parts;
    reactionMetrics(metrics).reactionsDropped.inc(record.reactions);
    logger.warn({ partition, reactions: record.reactions, reason }, 'a digest was dropped');
    record.settled?.(new EventLogError('unavailable', `Not written: ${reason}`));
  }
}
