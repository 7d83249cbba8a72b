import type { TopicSpec } from '@ovation/protocol';
import { type Admin, ConfigResourceTypes, metadataV12, ResponseError } from '@platformatic/kafka';
import { type Finding, fine, problem } from '../../../ports/finding.ts';
import type { FoundTopic, KafkaExamination } from './examination.ts';
import { wrongWithTopic } from './wrong-with-topic.ts';

/** Numbers of Kafka's errors in an answer about topics. */
const NO_ERROR = 0;
const UNKNOWN_TOPIC = 3;
/** Bits of the rights that the broker says this user has. */
const RIGHTS = { read: 8, write: 16, create: 32 } as const;
const HOUR_MS = 3_600_000;
const SETTINGS = ['message.timestamp.type', 'retention.ms', 'min.insync.replicas'];

/** One line for each thing that is wrong with a topic, or one that says that it is right. */
export async function examineTopics(admin: Admin, { service, topics }: KafkaExamination): Promise<Finding[]> {
  const [connection] = (await admin.connectToBrokers()).values();
  if (!connection) return [];
  const prefix = service.prefix ?? '';
  const wanted = topics.map((spec) => ({ ...spec, name: `${prefix}${spec.name}` }));
  const names = wanted.map(({ name }) => name);
  const { topics: answers } = await metadataV12.api.async(connection, names, false, true).catch(answerIn);
  const user = service.sasl ? `User "${service.sasl.username}"` : 'This process, which names no user,';
  const findings = wanted.map(async (spec): Promise<Finding[]> => {
    const subject = `Kafka topic ${spec.name}`;
    const answer = answers.find(({ name }) => name === spec.name);
    if (answer?.errorCode === UNKNOWN_TOPIC) return [missing(subject, spec, answer.topicAuthorizedOperations)];
    if (answer?.errorCode !== NO_ERROR) return [hidden(subject, user, spec)];
    const settings = await settingsOf(admin, spec.name);
    if (!settings) return [hidden(subject, user, spec)];
    const rights = answer.topicAuthorizedOperations;
    const found = {
      partitions: answer.partitions,
      settings,
      mayRead: (rights & RIGHTS.read) > 0,
      mayWrite: (rights & RIGHTS.write) > 0,
    };
    const wrong = wrongWithTopic(found, spec, { replication: service.replication, user });
    return wrong.length > 0 ? wrong : [fine(subject, describe(found))];
  });
  return (await Promise.all(findings)).flat();
}

/** The client rejects when one topic of several is not there; its error holds the answer about all. */
function answerIn(error: unknown): Pick<metadataV12.MetadataResponse, 'topics'> {
  if (!(error instanceof ResponseError)) throw error;
  // The error of a request for metadata holds the answer to it.
  return error['response'] as metadataV12.MetadataResponse;
}

async function settingsOf(admin: Admin, topic: string): Promise<ReadonlyMap<string, string> | undefined> {
  try {
    const [described] = await admin.describeConfigs({
      resources: [{ resourceType: ConfigResourceTypes.TOPIC, resourceName: topic, configurationKeys: SETTINGS }],
    });
    return new Map(described?.configs.map(({ name, value }) => [name, value ?? '']));
  } catch {
    return undefined;
  }
}

function missing(subject: string, { partitions }: TopicSpec, rights: number): Finding {
  if ((rights & RIGHTS.create) > 0) {
    return fine(subject, `is not there yet; the first start makes it with ${partitions} partitions`);
  }
  return problem(
    subject,
    'is not there, and this user may not make topics',
    'Make it, or allow the user to create it.',
  );
}

function hidden(subject: string, user: string, { name }: TopicSpec): Finding {
  const mend = `Allow Read, Write, Create, Describe and DescribeConfigs on topic ${name} (kafka-acls.sh).`;
  return problem(subject, `is hidden: ${user} may not look at it`, mend);
}

function describe({ partitions, settings }: FoundTopic): string {
  const replicas = partitions[0]?.replicaNodes.length ?? 0;
  const hours = Math.round(Number(settings.get('retention.ms')) / HOUR_MS);
  return `has ${partitions.length} partitions, ${replicas} ${replicas === 1 ? 'copy' : 'copies'}, append times, ${hours} h of records; may be written and read`;
}
