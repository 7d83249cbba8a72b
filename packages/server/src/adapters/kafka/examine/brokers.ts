import { Admin, apiVersionsV4 } from '@platformatic/kafka';
import type { KafkaService } from '../../../config/services.ts';
import { type Finding, fine, problem, warning } from '../../../ports/finding.ts';
import { clientOptions } from '../client-options.ts';
import { hasCode, KafkaErrors } from '../errors.ts';

/** Levels of the feature `metadata.version`, which all brokers of a cluster agree on: the first of each release. */
const LEVELS = { '4.1': 26, '4.0': 22, '3.9': 21 } as const;
const NEWEST_KNOWN = 27;
const REPLICAS_FOR_A_LOSS = 3;
/** This machine may be busy. */
const ATTEMPTS = 3;

interface Cluster {
  readonly nodes: number;
  readonly level: number | undefined;
}

/** Each address by itself: the client would say nothing of one that is dead while another one answers. */
export async function examineBrokers(service: KafkaService): Promise<Finding[]> {
  const outcomes = await Promise.all(service.brokers.map((address) => askBroker({ ...service, brokers: [address] })));
  const clusters = outcomes.filter((outcome) => 'nodes' in outcome);
  const [cluster] = clusters;
  const perAddress = outcomes.map((outcome, index): Finding => {
    const subject = `Kafka broker ${service.brokers[index]}`;
    if ('nodes' in outcome) return fine(subject, 'answers and takes this user');
    if (!cluster) return problem(subject, outcome.says, outcome.mend);
    return warning(subject, `${outcome.says}; the other brokers answer`, outcome.mend);
  });
  return cluster ? [...perAddress, versionOf(cluster), sizeOf(cluster, service)] : perAddress;
}

async function askBroker(service: KafkaService): Promise<Cluster | { readonly says: string; readonly mend: string }> {
  const admin = new Admin({ ...clientOptions(service), retries: ATTEMPTS });
  try {
    const { brokers } = await admin.metadata({ topics: [] });
    return { nodes: brokers.size, level: await levelOf(admin) };
  } catch (error) {
    return { says: new KafkaErrors(service).sentence(error), mend: mendOf(error) };
  } finally {
    await admin.close();
  }
}

/** Undefined where the client does not say it. */
async function levelOf(admin: Admin): Promise<number | undefined> {
  const [connection] = (await admin.connectToBrokers()).values();
  if (!connection) return undefined;
  const { finalizedFeatures = [] } = await apiVersionsV4.api.async(connection, 'ovation', '1');
  return finalizedFeatures.find(({ name }) => name === 'metadata.version')?.maxVersionLevel;
}

function mendOf(error: unknown): string {
  if (hasCode(error, 'PLT_KFK_AUTHENTICATION', 'SASL_AUTHENTICATION_FAILED')) {
    return 'Set OVATION_KAFKA_USERNAME, OVATION_KAFKA_PASSWORD and OVATION_KAFKA_SASL to what the broker knows.';
  }
  return 'Set OVATION_KAFKA_BROKERS to the addresses that the brokers listen on, and OVATION_KAFKA_TLS as they do.';
}

function versionOf({ level }: Cluster): Finding {
  const subject = 'Kafka version';
  const mend = 'Bring the brokers to Kafka 3.9 or newer, then raise the features (kafka-features.sh upgrade).';
  if (level === undefined) return warning(subject, 'is not told by the brokers: no KRaft, or older than 3.9', mend);
  const release = Object.entries(LEVELS).find(([, from]) => level >= from)?.[0];
  if (release === undefined) return warning(subject, `is older than 3.9 (metadata.version ${level})`, mend);
  const newer = level > NEWEST_KNOWN ? ' or newer' : '';
  return fine(subject, `is ${release}${newer}, in KRaft mode (metadata.version ${level})`);
}

function sizeOf({ nodes }: Cluster, { replication }: KafkaService): Finding {
  const subject = 'Kafka cluster';
  const found = `has ${nodes} ${nodes === 1 ? 'broker' : 'brokers'}; new topics are stored ${replication} ${replication === 1 ? 'time' : 'times'}`;
  if (replication > nodes) {
    const mend = `Set OVATION_KAFKA_REPLICATION to at most ${nodes}, or start more brokers.`;
    return problem(subject, found, mend);
  }
  if (nodes >= REPLICAS_FOR_A_LOSS && replication < REPLICAS_FOR_A_LOSS) {
    return warning(subject, found, 'Set OVATION_KAFKA_REPLICATION=3, so that the loss of a broker loses no record.');
  }
  return fine(subject, found);
}
