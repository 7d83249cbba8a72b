import type { TopicSpec } from '@ovation/protocol';
import type {
  AppendedRecord,
  EventLog,
  GroupMember,
  GroupOptions,
  NewRecord,
  ReadOptions,
  RecordBatch,
  TopicInfo,
} from '../../ports/event-log.ts';

/** A log whose topics and groups have a prefix in Kafka, which its callers do not see. Several installations can share brokers. */
export class PrefixedEventLog implements EventLog {
  readonly #log: EventLog;
  readonly #prefix: string;

  constructor(log: EventLog, prefix: string) {
    this.#log = log;
    this.#prefix = prefix;
  }

  async createTopic(spec: TopicSpec): Promise<TopicInfo> {
    return this.#own(await this.#log.createTopic({ ...spec, name: this.#full(spec.name) }));
  }

  async keepFor(topic: string, retentionMs: number): Promise<TopicInfo> {
    return this.#own(await this.#log.keepFor(this.#full(topic), retentionMs));
  }

  async describeTopic(topic: string): Promise<TopicInfo | undefined> {
    const info = await this.#log.describeTopic(this.#full(topic));
    return info && this.#own(info);
  }

  async topics(): Promise<TopicInfo[]> {
    const all = await this.#log.topics();
    return all.filter(({ name }) => name.startsWith(this.#prefix)).map((info) => this.#own(info));
  }

  append(topic: string, records: readonly NewRecord[]): Promise<AppendedRecord[]> {
    return this.#log.append(this.#full(topic), records);
  }

  async *read(options: ReadOptions): AsyncGenerator<RecordBatch, void> {
    const { topic } = options;
    for await (const batch of this.#log.read({ ...options, topic: this.#full(topic) })) {
      yield { ...batch, records: batch.records.map((record) => ({ ...record, topic })) };
    }
  }

  endOffsets(topic: string): Promise<number[]> {
    return this.#log.endOffsets(this.#full(topic));
  }

  earliestOffsets(topic: string): Promise<number[]> {
    return this.#log.earliestOffsets(this.#full(topic));
  }

  offsetAt(topic: string, partition: number, atMs: number): Promise<number> {
    return this.#log.offsetAt(this.#full(topic), partition, atMs);
  }

  commit(group: string, topic: string, positions: ReadonlyMap<number, number>): Promise<void> {
    return this.#log.commit(this.#full(group), this.#full(topic), positions);
  }

  committed(group: string, topic: string): Promise<Map<number, number>> {
    return this.#log.committed(this.#full(group), this.#full(topic));
  }

  join(options: GroupOptions): Promise<GroupMember> {
    return this.#log.join({ ...options, group: this.#full(options.group), topic: this.#full(options.topic) });
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#log[Symbol.asyncDispose]() as Promise<void>;
  }

  #full(name: string): string {
    return `${this.#prefix}${name}`;
  }

  #own(info: TopicInfo): TopicInfo {
    return { ...info, name: info.name.slice(this.#prefix.length) };
  }
}
