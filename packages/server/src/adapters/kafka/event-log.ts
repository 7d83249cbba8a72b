import { Admin } from '@platformatic/kafka';
import type { TopicSpec } from '@ovation/protocol';
import type { KafkaService } from '../../config/services.ts';
import { ClosingStack } from '../../host/closing-stack.ts';
import {
  type AppendedRecord,
  type EventLog,
  type GroupMember,
  type GroupOptions,
  type NewRecord,
  type ReadOptions,
  type RecordBatch,
  type TopicInfo,
} from '../../ports/event-log.ts';
import type { Clock } from '../../ports/clock.ts';
import { type Logger, silentLogger } from '../../telemetry/logger.ts';
import { Appender } from './appender.ts';
import { clientOptions } from './client-options.ts';
import { Consumers } from './consumers.ts';
import { KafkaErrors } from './errors.ts';
import { DEFAULT_GROUP_LIMITS, type GroupLimits } from './group-limits.ts';
import { Groups } from './groups.ts';
import { Planner } from './messages.ts';
import { TopicOffsets } from './offsets.ts';
import { closed, Patience } from './patience.ts';
import { Positions } from './positions.ts';
import { PrefixedEventLog } from './prefixed-event-log.ts';
import { Readers } from './readers.ts';
import { Sender } from './sender.ts';
import { takeTurns } from './take-turns.ts';
import { checkPartition, Topics } from './topics.ts';

const DEFAULT_MAX_RECORD_BYTES = 1_048_576;
const DEFAULT_UNAVAILABLE_AFTER_MS = 10_000;

export interface KafkaEventLogOptions {
  readonly service: KafkaService;
  readonly clock: Clock;
  readonly logger?: Logger;
  /** Bytes of value, key and headers together; default 1 MB (1,048,576). */
  readonly maxRecordBytes?: number;
  /** When the brokers do not answer for so long, callers get `unavailable`; default 10 s. */
  readonly unavailableAfterMs?: number;
  readonly groupLimits?: Partial<GroupLimits>;
}

/**
 * The event log in Kafka. Its clock is the brokers': append times are theirs.
 * @throws EventLogError `unavailable` with one sentence when no broker takes this process, for whatever reason
 */
export async function openKafkaEventLog(options: KafkaEventLogOptions): Promise<EventLog> {
  const eventLog = new KafkaEventLog(options);
  try {
    await eventLog.connect();
  } catch (error) {
    await eventLog[Symbol.asyncDispose]();
    throw error;
  }
  const { prefix } = options.service;
  return prefix === undefined ? eventLog : new PrefixedEventLog(eventLog, prefix);
}

class KafkaEventLog implements EventLog {
  readonly #admin: Admin;
  readonly #patience: Patience;
  readonly #topics: Topics;
  readonly #offsets: TopicOffsets;
  readonly #positions: Positions;
  readonly #planner: Planner;
  readonly #appender: Appender;
  readonly #readers: Readers;
  readonly #groups: Groups;
  readonly #closing = new AbortController();
  readonly #ending = new ClosingStack();
  #closed: Promise<void> | undefined;

  constructor(options: KafkaEventLogOptions) {
    const { service, logger = silentLogger(), unavailableAfterMs: limitMs = DEFAULT_UNAVAILABLE_AFTER_MS } = options;
    const maxRecordBytes = options.maxRecordBytes ?? DEFAULT_MAX_RECORD_BYTES;
    const errors = new KafkaErrors(service);
    const admin = takeTurns(new Admin({ ...clientOptions(service), retries: 0 }));
    const consumers = new Consumers(service);
    const sender = new Sender({ service, errors, logger });
    this.#admin = admin;
    const closing = this.#closing.signal;
    const patience = new Patience({ errors, limitMs, closing });
    this.#patience = patience;
    const topics = new Topics({ admin, patience, configs: { replication: service.replication, maxRecordBytes } });
    this.#topics = topics;
    this.#offsets = new TopicOffsets({ admin, patience, topics });
    this.#planner = new Planner(maxRecordBytes);
    this.#readers = new Readers({ consumers, topics, offsets: this.#offsets, errors, logger, limitMs, closing });
    this.#appender = new Appender({
      send: (topic, partition) => sender.to(topic, partition, () => this.#readers.started()),
      limitMs,
      unavailable: () => sender.unavailable(limitMs),
    });
    const limits = { ...DEFAULT_GROUP_LIMITS, ...options.groupLimits };
    this.#groups = new Groups({ service, topics, errors, logger, limits });
    this.#positions = new Positions({ admin, patience, memberOf: (group) => this.#groups.memberOf(group) });
    this.#ending.defer(() => admin.close());
    this.#ending.defer(() => consumers.close());
    this.#ending.defer(() => sender.close());
    this.#ending.defer(() => this.#closing.abort());
    this.#ending.defer(() => this.#appender.idle());
    this.#ending.use(this.#groups);
  }

  async connect(): Promise<void> {
    await this.#patience.run('The event log cannot be opened', () => this.#admin.metadata({ topics: [] }));
  }

  async createTopic(spec: TopicSpec): Promise<TopicInfo> {
    this.#whileOpen();
    return this.#topics.create(spec);
  }

  async keepFor(topic: string, retentionMs: number): Promise<TopicInfo> {
    this.#whileOpen();
    return this.#topics.keepFor(topic, retentionMs);
  }

  async describeTopic(topic: string): Promise<TopicInfo | undefined> {
    this.#whileOpen();
    return this.#topics.describe(topic);
  }

  async topics(): Promise<TopicInfo[]> {
    this.#whileOpen();
    return this.#topics.list();
  }

  async append(topic: string, records: readonly NewRecord[]): Promise<AppendedRecord[]> {
    this.#whileOpen();
    // Calls keep their order: a topic that is known is not waited for.
    const info = this.#topics.known(topic) ?? (await this.#topics.find(topic));
    // All records are judged before any is sent.
    const planned = records.map((record) => this.#planner.plan(info, record));
    return this.#appender.append(info, planned);
  }

  read(options: ReadOptions): AsyncIterable<RecordBatch> {
    return this.#readers.read(options);
  }

  async endOffsets(topic: string): Promise<number[]> {
    this.#whileOpen();
    return this.#offsets.ends(topic);
  }

  async earliestOffsets(topic: string): Promise<number[]> {
    this.#whileOpen();
    return this.#offsets.earliest(topic);
  }

  async offsetAt(topic: string, partition: number, atMs: number): Promise<number> {
    this.#whileOpen();
    checkPartition(await this.#topics.find(topic), partition);
    return this.#offsets.at(topic, partition, atMs);
  }

  async commit(group: string, topic: string, positions: ReadonlyMap<number, number>): Promise<void> {
    this.#whileOpen();
    const info = await this.#topics.find(topic);
    for (const partition of positions.keys()) checkPartition(info, partition);
    await this.#positions.commit(group, topic, positions);
  }

  async committed(group: string, topic: string): Promise<Map<number, number>> {
    this.#whileOpen();
    return this.#positions.committed(group, await this.#topics.find(topic));
  }

  async join(options: GroupOptions): Promise<GroupMember> {
    this.#whileOpen();
    await this.#topics.find(options.topic);
    return this.#groups.join(options);
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.#closed ??= this.#ending[Symbol.asyncDispose]();
    return this.#closed;
  }

  #whileOpen(): void {
    if (this.#closed) throw closed();
  }
}
