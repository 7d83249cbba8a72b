import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { partitionOf, type TopicSpec } from '@ovation/protocol';
import { ClosingStack } from '../../host/closing-stack.ts';
import type { Clock } from '../../ports/clock.ts';
import {
  type AppendedRecord,
  type EventLog,
  EventLogError,
  type GroupMember,
  type GroupOptions,
  type NewRecord,
  type ReadOptions,
  type RecordBatch,
  type TopicInfo,
} from '../../ports/event-log.ts';
import { type Logger, silentLogger } from '../../telemetry/logger.ts';
import { RECORD_HEAD_BYTES, sizeOfRecord } from './block.ts';
import { MAX_TOPICS } from './block-key.ts';
import { Catalogue, checkSpec, partitionState, type TopicState } from './catalogue.ts';
import { findDamage } from './damage/check-file.ts';
import { findOffset } from './find-offset.ts';
import { LocalGroups } from './local-groups.ts';
import { PartitionCursor } from './partition-cursor.ts';
import { checkPosition, Positions } from './positions.ts';
import { appended } from './appended.ts';
import { readInTurns } from '../read-in-turns.ts';
import { Retention } from './retention.ts';
import { LogStore } from './store.ts';
import { type PlannedRecord, Writer } from './writer.ts';

const DEFAULT_MAX_RECORD_BYTES = 1_048_576;
const DEFAULT_HARD_LIMIT_BYTES = 8_589_934_592;
const DEFAULT_MAX_RECORDS = 1_000;
const TRIM_PERIOD_MS = 60_000;
/** How often a log that another process writes is looked at. */
const POLL_PERIOD_MS = 100;
const WAY_OUT =
  'Put back a copy of that folder, or move it away and start again: reactions that were not yet stored and the records of all topics are then lost, while channels, settings and moments are kept in the database.';

export interface LmdbEventLogOptions {
  /** Made when missing. One process may write it at a time: the caller holds the lock of the data folder. */
  readonly folder: string;
  readonly clock: Clock;
  readonly logger?: Logger;
  /** Bytes of value, key and headers together; default 1 MB (1,048,576). */
  readonly maxRecordBytes?: number;
  /** Above this retention removes records that are not expired or not read yet; default 8 GB. */
  readonly hardLimitBytes?: number;
  /** For a second process that only looks: append, createTopic and commit throw, `read` follows by polling. */
  readonly readOnly?: boolean;
}

/**
 * The event log in an LMDB environment below `folder`.
 * @throws EventLogError `unavailable` when the folder cannot be opened, or, with `readOnly`, has no log
 */
export async function openLmdbEventLog(options: LmdbEventLogOptions): Promise<EventLog> {
  const { folder, readOnly = false } = options;
  if (readOnly && !existsSync(join(folder, 'data.mdb'))) {
    throw new EventLogError('unavailable', `There is no event log in ${folder}`);
  }
  // Another process may be writing what only a reader opens: pages would seem to be others.
  if (!readOnly) refuseDamaged(folder);
  try {
    return new LmdbEventLog(new LogStore(folder, readOnly), options);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new EventLogError('unavailable', `The event log in ${folder} cannot be opened: ${reason}`, { cause });
  }
}

/** @throws EventLogError `unavailable` when LMDB would not survive what the file says */
function refuseDamaged(folder: string): void {
  const file = join(folder, 'data.mdb');
  const damage = existsSync(file) ? findDamage(file) : undefined;
  if (damage === undefined) return;
  throw new EventLogError('unavailable', `The event log in ${folder} is damaged: ${damage}. ${WAY_OUT}`);
}

class LmdbEventLog implements EventLog {
  readonly #store: LogStore;
  readonly #catalogue: Catalogue;
  readonly #positions: Positions;
  readonly #writer: Writer;
  readonly #groups = new LocalGroups();
  readonly #maxRecordBytes: number;
  readonly #readOnly: boolean;
  readonly #trimming = new ClosingStack();
  readonly #creating = new Map<string, Promise<TopicInfo>>();
  /** wakes the readers that wait */
  readonly #closing = new Set<() => void>();
  #nextTopicNumber: number;
  #closed: Promise<void> | undefined;

  constructor(store: LogStore, options: LmdbEventLogOptions) {
    const { clock, logger = silentLogger(), hardLimitBytes = DEFAULT_HARD_LIMIT_BYTES } = options;
    this.#store = store;
    this.#catalogue = new Catalogue(store);
    this.#positions = new Positions(store);
    this.#writer = new Writer(store, clock);
    this.#maxRecordBytes = options.maxRecordBytes ?? DEFAULT_MAX_RECORD_BYTES;
    this.#readOnly = options.readOnly ?? false;
    this.#nextTopicNumber = Math.max(0, ...this.#catalogue.all().map(({ number }) => number)) + 1;
    if (this.#readOnly) return;
    raiseClock(clock, this.#catalogue, logger);
    const parts = { store, catalogue: this.#catalogue, positions: this.#positions, writer: this.#writer };
    const retention = new Retention({ ...parts, logger, hardLimitBytes });
    this.#trimming.use(retention);
    const timer = clock.every(TRIM_PERIOD_MS, () => void retention.trim(clock.now()));
    this.#trimming.defer(() => timer[Symbol.dispose]());
  }

  async createTopic(spec: TopicSpec): Promise<TopicInfo> {
    this.#forWriting();
    const existing = this.#catalogue.find(spec.name)?.info ?? this.#creating.get(spec.name);
    if (existing) return existing;
    checkSpec(spec);
    const creating = this.#create(spec).finally(() => this.#creating.delete(spec.name));
    this.#creating.set(spec.name, creating);
    return creating;
  }

  async keepFor(topic: string, retentionMs: number): Promise<TopicInfo> {
    this.#forWriting();
    const state = this.#catalogue.topic(topic);
    const info = Object.freeze({ ...state.info, retentionMs });
    checkSpec(info);
    await this.#writer.change({
      write: () => this.#store.putTopic({ ...info, number: state.number }),
      written: () => {
        state.info = info;
      },
    });
    return info;
  }

  async describeTopic(topic: string): Promise<TopicInfo | undefined> {
    this.#forReading();
    return this.#catalogue.find(topic)?.info;
  }

  async topics(): Promise<TopicInfo[]> {
    this.#forReading();
    return this.#catalogue.all().map(({ info }) => info);
  }

  async topicNames(): Promise<string[]> {
    return (await this.topics()).map(({ name }) => name);
  }

  async append(topic: string, records: readonly NewRecord[]): Promise<AppendedRecord[]> {
    this.#forWriting();
    const state = this.#catalogue.topic(topic);
    // All records are judged before any is taken: a bad one leaves no trace of the others.
    const planned = records.map((record) => this.#plan(state, record));
    if (planned.length === 0) return [];
    return this.#writer.append(state, planned);
  }

  read(options: ReadOptions): AsyncIterable<RecordBatch> {
    const { topic, from, follow = true, maxRecords = DEFAULT_MAX_RECORDS, signal } = options;
    if (!(maxRecords >= 1)) throw new RangeError(`A batch has at least one record, not ${maxRecords}`);
    if (this.#closed)
      return readInTurns({ cursors: [], maxRecords, isDone: () => true, stopped: () => true, more: async () => {} });
    this.#forReading();
    const state = this.#catalogue.topic(topic);
    const cursors = Array.from(from, ([partition, offset]) => {
      const until = follow ? Number.POSITIVE_INFINITY : partitionState(state, partition).next;
      return new PartitionCursor({ store: this.#store, topic: state, partition, from: offset, until });
    });
    const stopped = () => this.#closed !== undefined || (signal?.aborted ?? false);
    const more = () => this.#more(cursors, signal);
    return readInTurns({ cursors, maxRecords, isDone: () => !follow, stopped, more });
  }

  async endOffsets(topic: string): Promise<number[]> {
    this.#forReading();
    return this.#catalogue.topic(topic).partitions.map(({ next }) => next);
  }

  async earliestOffsets(topic: string): Promise<number[]> {
    this.#forReading();
    return this.#catalogue.topic(topic).partitions.map(({ earliest }) => earliest);
  }

  async offsetAt(topic: string, partition: number, atMs: number): Promise<number> {
    this.#forReading();
    return findOffset(this.#store, this.#catalogue.topic(topic), partition, atMs);
  }

  async commit(group: string, topic: string, positions: ReadonlyMap<number, number>): Promise<void> {
    this.#forWriting();
    const state = this.#catalogue.topic(topic);
    const stored = Array.from(positions, ([partition, position]) => ({ topic, group, partition, position }));
    for (const position of stored) {
      partitionState(state, position.partition);
      checkPosition(position);
    }
    if (stored.length === 0) return;
    await this.#writer.change({
      write: () => stored.forEach((position) => this.#store.putPosition(position)),
      written: () => stored.forEach((position) => this.#positions.set(position)),
    });
  }

  async committed(group: string, topic: string): Promise<Map<number, number>> {
    this.#forReading();
    this.#catalogue.topic(topic);
    return new Map(this.#positions.of(topic, group));
  }

  async join(options: GroupOptions): Promise<GroupMember> {
    this.#forWriting();
    return this.#groups.join(options, this.#catalogue.topic(options.topic).info.partitions);
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  async #close(): Promise<void> {
    await this.#trimming[Symbol.asyncDispose]();
    await this.#writer.close();
    for (const awaken of this.#closing) awaken();
    await this.#store.close();
  }

  async #create({ name, partitions, retentionMs }: TopicSpec): Promise<TopicInfo> {
    const number = this.#nextTopicNumber++;
    if (number > MAX_TOPICS) throw new RangeError(`The event log holds at most ${MAX_TOPICS} topics`);
    const topic = { name, id: randomUUID(), partitions, retentionMs, number };
    await this.#writer.change({
      write: () => this.#store.putTopic(topic),
      written: () => void this.#catalogue.add(topic),
    });
    return this.#catalogue.topic(name).info;
  }

  #plan(topic: TopicState, record: NewRecord): PlannedRecord {
    const partition = record.partition ?? this.#choosePartition(topic, record.key);
    const state = partitionState(topic, partition);
    const bytes = sizeOfRecord(record);
    const size = bytes - RECORD_HEAD_BYTES;
    if (size > this.#maxRecordBytes) {
      throw new EventLogError(
        'too_large',
        `A record for topic "${topic.info.name}" has ${size} bytes, the limit is ${this.#maxRecordBytes}`,
      );
    }
    return { record, partition, state, bytes };
  }

  #choosePartition(topic: TopicState, key: string | null | undefined): number {
    const { partitions } = topic.info;
    if (typeof key === 'string') return partitionOf(key, partitions);
    const partition = topic.turn;
    topic.turn = (partition + 1) % partitions;
    return partition;
  }

  async #more(cursors: readonly PartitionCursor[], signal: AbortSignal | undefined): Promise<void> {
    if (!this.#readOnly) {
      await appended(
        cursors.map(({ state }) => state),
        { signal, closing: this.#closing },
      );
      return;
    }
    // Not by the clock port: nothing wakes a reader in another process, and following must keep that process alive.
    await new Promise((resolve) => setTimeout(resolve, POLL_PERIOD_MS));
    if (!this.#closed) this.#forReading();
  }

  #forWriting(): void {
    if (this.#readOnly) throw new Error('The event log was opened for reading only');
    if (this.#closed) throw new EventLogError('unavailable', 'The event log is closed');
  }

  #forReading(): void {
    if (this.#closed) throw new EventLogError('unavailable', 'The event log is closed');
    if (!this.#readOnly) return;
    this.#catalogue.refresh();
    this.#positions.refresh();
  }
}

/** Append times must not fall, so the clock goes on from the last one. */
function raiseClock(clock: Clock, catalogue: Catalogue, logger: Logger): void {
  const times = catalogue.all().flatMap(({ partitions }) => partitions.map(({ lastAppendedAt }) => lastAppendedAt));
  const last = times.reduce((latest, time) => Math.max(latest, time), 0);
  const behindMs = last - clock.now();
  clock.raiseTo(last);
  if (behindMs < 1_000) return;
  const lastAppendedAt = new Date(last).toISOString();
  logger.warn(
    { behindMs, lastAppendedAt },
    'The clock of this machine is behind the event log; time goes on from there',
  );
}
