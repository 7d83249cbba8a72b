import type { TopicSpec } from '@ovation/protocol';
import { type Admin, ConfigResourceTypes, IncrementalAlterConfigOperationTypes } from '@platformatic/kafka';
import { EventLogError, type TopicInfo } from '../../ports/event-log.ts';
import { hasCode, isUnknownTopic } from './errors.ts';
import { stampedByProducer } from './partition-cursor.ts';
import type { Patience } from './patience.ts';
import { checkSpec, configsOf, retentionConfigs, type TopicConfigs } from './topic-configs.ts';

const ASKED = ['retention.ms', 'message.timestamp.type'];

export interface TopicsParts {
  readonly admin: Admin;
  readonly patience: Patience;
  readonly configs: TopicConfigs;
}

/** The topics of the brokers, as this product makes and reads them. */
export class Topics {
  readonly #parts: TopicsParts;
  /** What is appended to and read from; identity and partitions of a topic do not change. */
  readonly #known = new Map<string, TopicInfo>();
  /** look-ups under way: callers that come meanwhile wait for the same one, and go on in their order */
  readonly #finding = new Map<string, Promise<TopicInfo>>();

  constructor(parts: TopicsParts) {
    this.#parts = parts;
  }

  async create(spec: TopicSpec): Promise<TopicInfo> {
    const existing = await this.describe(spec.name);
    if (existing) return existing;
    checkSpec(spec);
    const { admin, patience, configs } = this.#parts;
    const { name, partitions } = spec;
    await patience.run(`Topic "${name}" could not be made`, async () => {
      try {
        const { replicas, ...settings } = configsOf(spec, configs);
        const entries = Object.entries(settings).map(([setting, value]) => ({ name: setting, value }));
        await admin.createTopics({ topics: [name], partitions, replicas, configs: entries });
      } catch (error) {
        if (hasCode(error, 'INVALID_REPLICATION_FACTOR')) throw tooFewBrokers(name, configs.replication, error);
        // Another process was faster; what it made is answered below.
        if (!hasCode(error, 'TOPIC_ALREADY_EXISTS')) throw error;
      }
    });
    // Other brokers than the one that made it hear of it a moment later.
    return patience.run(`Topic "${name}" was made and is not seen`, () => this.#look(name), isUnknownTopic);
  }

  async keepFor(name: string, retentionMs: number): Promise<TopicInfo> {
    const info = { ...(await this.find(name)), retentionMs };
    checkSpec(info);
    const { admin, patience } = this.#parts;
    const configs = Object.entries(retentionConfigs(retentionMs)).map(([setting, value]) => ({
      name: setting,
      value,
      configOperation: IncrementalAlterConfigOperationTypes.SET,
    }));
    await patience.run(`The retention of topic "${name}" could not be changed`, () =>
      admin.incrementalAlterConfigs({
        resources: [{ resourceType: ConfigResourceTypes.TOPIC, resourceName: name, configs }],
      }),
    );
    this.#known.set(name, info);
    return info;
  }

  /** @throws EventLogError `wrong_topic` when nothing says when its records were appended */
  async describe(name: string): Promise<TopicInfo | undefined> {
    try {
      return await this.#parts.patience.run(`Topic "${name}" could not be looked up`, () => this.#look(name));
    } catch (error) {
      if (error instanceof EventLogError && error.code === 'unknown_topic') return undefined;
      throw error;
    }
  }

  async list(): Promise<TopicInfo[]> {
    const { admin, patience } = this.#parts;
    const names = await patience.run('The topics could not be listed', () => admin.listTopics());
    // Topics of others have the clocks of their producers, which is their affair.
    const described = await Promise.all(
      names.map((name) => this.describe(name).catch((error: unknown) => orWrongTopic(error))),
    );
    return described.filter((info) => info !== undefined);
  }

  known(name: string): TopicInfo | undefined {
    return this.#known.get(name);
  }

  /** From memory, if it was looked up before. @throws EventLogError `unknown_topic` */
  async find(name: string): Promise<TopicInfo> {
    const known = this.#known.get(name);
    if (known) return known;
    const finding = this.#finding.get(name) ?? this.#find(name).finally(() => this.#finding.delete(name));
    this.#finding.set(name, finding);
    return finding;
  }

  /** The topic is gone: it is looked up again when it is named next. */
  forget(name: string): void {
    this.#known.delete(name);
  }

  async #find(name: string): Promise<TopicInfo> {
    const info = await this.describe(name);
    if (!info) throw new EventLogError('unknown_topic', `Kafka has no topic "${name}"`);
    return info;
  }

  async #look(name: string): Promise<TopicInfo> {
    const { admin } = this.#parts;
    const metadata = await admin.metadata({ topics: [name], forceUpdate: true });
    const found = metadata.topics.get(name);
    if (!found) throw new Error(`Unknown topic ${name}`);
    const [described] = await admin.describeConfigs({
      resources: [{ resourceType: ConfigResourceTypes.TOPIC, resourceName: name, configurationKeys: ASKED }],
    });
    const settings = new Map(described?.configs.map((config) => [config.name, config.value]));
    if (settings.get('message.timestamp.type') !== 'LogAppendTime') throw stampedByProducer(name);
    const retentionMs = Number(settings.get('retention.ms'));
    const info = Object.freeze({ name, id: found.id, partitions: found.partitionsCount, retentionMs });
    this.#known.set(name, info);
    return info;
  }
}

function orWrongTopic(error: unknown): undefined {
  if (!(error instanceof EventLogError && error.code === 'wrong_topic')) throw error;
}

/** @throws EventLogError `unknown_partition` */
export function checkPartition({ name, partitions }: TopicInfo, partition: number): void {
  if (Number.isInteger(partition) && partition >= 0 && partition < partitions) return;
  const sentence = `Topic "${name}" has partitions 0 to ${partitions - 1}, there is no partition ${partition}`;
  throw new EventLogError('unknown_partition', sentence);
}

function tooFewBrokers(topic: string, replication: number, cause: unknown): EventLogError {
  const sentence = `Topic "${topic}" is to be stored ${replication} times, but Kafka has fewer brokers; set the replication to 1 or start more brokers`;
  return new EventLogError('wrong_topic', sentence, { cause });
}
