import type { TopicSpec } from '@ovation/protocol';
import { type Finding, problem, warning } from '../../../ports/finding.ts';
import type { FoundTopic } from './examination.ts';

interface Wanted {
  readonly replication: number;
  /** begins a sentence */
  readonly user: string;
}

const NO_LEADER = -1;

export function wrongWithTopic(found: FoundTopic, spec: TopicSpec, wanted: Wanted): Finding[] {
  const subject = `Kafka topic ${spec.name}`;
  return [
    ...timestampProblems(subject, found, spec),
    ...partitionProblems(subject, found, spec),
    ...copyProblems(subject, found, wanted),
    ...rightProblems(subject, found, spec, wanted),
    ...retentionWarnings(subject, found, spec),
  ];
}

/** Producers would say when a record came: the analyzer counts by one clock, the log's. */
function timestampProblems(subject: string, { settings }: FoundTopic, { name }: TopicSpec): Finding[] {
  const type = settings.get('message.timestamp.type');
  if (type === 'LogAppendTime') return [];
  const mend = `Run kafka-configs.sh --alter --entity-type topics --entity-name ${name} --add-config message.timestamp.type=LogAppendTime before the first record.`;
  return [problem(subject, `has message.timestamp.type ${type}; Ovation needs LogAppendTime`, mend)];
}

function partitionProblems(subject: string, { partitions }: FoundTopic, spec: TopicSpec): Finding[] {
  const findings: Finding[] = [];
  const count = partitions.length;
  if (count < spec.partitions) {
    // More partitions would move keys away from their records.
    const mend = `Delete the topic while it holds nothing that you need; the next start makes it with ${spec.partitions}. Adding partitions later would tear channels apart. For the topics of reactions OVATION_KAFKA_PARTITIONS says how many are wanted.`;
    findings.push(
      problem(subject, `has ${count} of ${spec.partitions} partitions: no more processes can share its work`, mend),
    );
  }
  const leaderless = partitions.filter(({ leaderId }) => leaderId === NO_LEADER).length;
  if (leaderless > 0) {
    const mend = 'Start the brokers that hold them again.';
    findings.push(problem(subject, `has ${leaderless} partitions without a leader, which take no record`, mend));
  }
  return findings;
}

function copyProblems(subject: string, { partitions, settings }: FoundTopic, { replication }: Wanted): Finding[] {
  const copies = Math.min(...partitions.map(({ replicaNodes }) => replicaNodes.length));
  const needed = Number(settings.get('min.insync.replicas'));
  if (needed > copies) {
    const says = `has ${copies} copies of each record and takes none without ${needed} (min.insync.replicas)`;
    return [problem(subject, says, 'Lower min.insync.replicas of the topic, or give it more replicas.')];
  }
  if (copies < replication) {
    const mend = 'Give it more replicas with kafka-reassign-partitions.sh, or set OVATION_KAFKA_REPLICATION lower.';
    return [warning(subject, `is stored ${copies} of ${replication} times`, mend)];
  }
  const behind = partitions.filter(({ isrNodes, replicaNodes }) => isrNodes.length < replicaNodes.length).length;
  if (behind === 0) return [];
  const says = `has ${behind} partitions with a copy that is behind`;
  return [warning(subject, says, 'Look whether all brokers run and have room.')];
}

function rightProblems(
  subject: string,
  { mayRead, mayWrite }: FoundTopic,
  { name }: TopicSpec,
  { user }: Wanted,
): Finding[] {
  const missing = [...(mayRead ? [] : ['Read']), ...(mayWrite ? [] : ['Write'])];
  if (missing.length === 0) return [];
  const mend = `Allow ${missing.join(' and ')} on topic ${name} (kafka-acls.sh).`;
  return [problem(subject, `is closed: ${user} may not ${missing.join(' or ').toLowerCase()}`, mend)];
}

function retentionWarnings(subject: string, { settings }: FoundTopic, { name, retentionMs }: TopicSpec): Finding[] {
  const found = Number(settings.get('retention.ms'));
  if (found < 0 || found >= retentionMs) return [];
  const mend = `Set retention.ms of topic ${name} to ${retentionMs}.`;
  return [warning(subject, `keeps records ${found} ms, not ${retentionMs}: late readers will miss some`, mend)];
}
