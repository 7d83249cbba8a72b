import type { TopicSpec } from '@ovation/protocol';

/** The durable, partitioned log. Order is per partition; a record's place in it is its offset. */
export interface EventLog extends AsyncDisposable {
  /** Of a log on other machines: how often an append was sent again since the start. */
  retries?(): number;
  /**
   * Creates the topic unless it exists and answers what is recorded: partitions of an existing topic never change,
   * whatever `spec` says.
   */
  createTopic(spec: TopicSpec): Promise<TopicInfo>;
  /** Keeps records of the topic this long from now on, those that are there as well. */
  keepFor(topic: string, retentionMs: number): Promise<TopicInfo>;
  describeTopic(topic: string): Promise<TopicInfo | undefined>;
  topics(): Promise<TopicInfo[]>;
  /** Of all topics, those of others as well. Cheaper than `topics`: made for looking every few seconds. */
  topicNames(): Promise<string[]>;

  /**
   * Appends all records of one call or none; resolves after the flush to disk (or `acks=all`). Records of one partition
   * keep their order, also between calls that were started one after the other.
   *
   * A log on other machines cannot promise as much when it fails: `unavailable` then means that nothing is known, and the
   * records of some partitions, or all, may be there or still arrive. Callers that send again number their records, and
   * readers drop the numbers that they have had.
   * @throws EventLogError `unknown_topic`, `unknown_partition`, `too_large`, `unavailable` (retryable), `disk_full`
   */
  append(topic: string, records: readonly NewRecord[]): Promise<AppendedRecord[]>;

  /**
   * Reads the given partitions from the given offsets onwards and follows their ends until `signal` aborts or the log
   * closes (then it ends without an error). Each batch is of one partition, in offset order, at most `maxRecords`
   * (default 1,000). A start offset that retention has removed continues at the earliest record; the batch then has
   * `gapFrom` set to the offset that was asked for. With `follow: false` it ends at the end offsets of the call.
   */
  read(options: ReadOptions): AsyncIterable<RecordBatch>;

  /** Offset of the next record to be appended, per partition. */
  endOffsets(topic: string): Promise<number[]>;
  /** Offset of the earliest record kept, per partition; equals the end offset when there is none. */
  earliestOffsets(topic: string): Promise<number[]>;
  /** Offset of the first record appended at or after `atMs`; the end offset when there is none. */
  offsetAt(topic: string, partition: number, atMs: number): Promise<number>;

  /** Remembers the next offset a group wants; positions not named stay. For lag and for simple consumers. */
  commit(group: string, topic: string, positions: ReadonlyMap<number, number>): Promise<void>;
  committed(group: string, topic: string): Promise<Map<number, number>>;

  /**
   * Takes part in sharing out the partitions of a topic: each is held by at most one member of the group, and all are held
   * while members live. Resolves when the group knows this member, however long that takes; what it holds is told by the callbacks.
   * @throws EventLogError `unknown_topic`, `unavailable` when the topic cannot be looked up
   */
  join(options: GroupOptions): Promise<GroupMember>;
}

export interface GroupOptions {
  readonly group: string;
  readonly topic: string;
  /** These are held from now on, beside those that are held already. */
  readonly onAssigned: (partitions: readonly number[]) => void;
  /**
   * Another member may hold these as soon as the promise settles: finish the work on them and store its state first. Calls
   * follow one another. It has as long as the group waits for a member; after that they are lost.
   */
  readonly onRevoked: (partitions: readonly number[]) => Promise<void>;
  /** The group has not heard of this member for too long, so others may hold these already: work on them just ends. */
  readonly onLost: (partitions: readonly number[]) => Promise<void>;
}

/** Disposing gives back what is held, by `onRevoked`, and leaves the group. */
export interface GroupMember extends AsyncDisposable {
  readonly held: readonly number[];
}

export interface TopicInfo {
  readonly name: string;
  /** Identity of this incarnation: a topic that was deleted and made again has another. */
  readonly id: string;
  readonly partitions: number;
  readonly retentionMs: number;
}

export interface NewRecord {
  /** Wins over `key`. Without either, partition 0... are taken in turn. */
  readonly partition?: number;
  /** Home partition = murmur2(key) mod partitions. */
  readonly key?: string | null;
  readonly value: string | Uint8Array;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface AppendedRecord {
  readonly partition: number;
  readonly offset: number;
  /** The log's own clock, ms; never falls within a partition. */
  readonly appendedAt: number;
}

export interface LogRecord extends AppendedRecord {
  readonly topic: string;
  readonly key: string | null;
  readonly value: Uint8Array;
  readonly headers: Readonly<Record<string, string>>;
}

export interface RecordBatch {
  readonly partition: number;
  readonly records: readonly LogRecord[];
  /** Offset after the last record of this batch: where to go on. */
  readonly nextOffset: number;
  /** Set when records were missing: the offset that was asked for. */
  readonly gapFrom?: number;
}

export interface ReadOptions {
  readonly topic: string;
  /** partition → offset of the first record wanted */
  readonly from: ReadonlyMap<number, number>;
  readonly maxRecords?: number;
  /** default true */
  readonly follow?: boolean;
  readonly signal?: AbortSignal;
}

/** `wrong_topic`: it is there, and is not one that can be used, or no longer the one that was. */
export type EventLogErrorCode =
  | 'unknown_topic'
  | 'unknown_partition'
  | 'wrong_topic'
  | 'too_large'
  | 'unavailable'
  | 'disk_full';

export class EventLogError extends Error {
  readonly code: EventLogErrorCode;
  readonly retryable: boolean;
  /** Whether the record is to blame, or the place that it names: it is refused again however often it comes. */
  readonly refusesData: boolean;

  /** Whether another attempt with the same settings fails in the same way, such as for a wrong password. */
  readonly lasts: boolean;

  constructor(code: EventLogErrorCode, message: string, options?: ErrorOptions & { readonly lasts?: boolean }) {
    super(message, options);
    this.lasts = options?.lasts ?? false;
    this.name = 'EventLogError';
    this.code = code;
    this.retryable = code === 'unavailable';
    this.refusesData = !this.retryable && code !== 'disk_full';
  }
}
