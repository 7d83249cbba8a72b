import { randomBytes } from 'node:crypto';
import { Admin } from '@platformatic/kafka';
import { clockFinding, type Finding, fine, problem, warning } from '../../../ports/finding.ts';
import { clientOptions } from '../client-options.ts';
import { KafkaErrors } from '../errors.ts';
import { openKafkaEventLog } from '../event-log.ts';
import { examineBrokers } from './brokers.ts';
import type { KafkaExamination } from './examination.ts';
import { examineTopics } from './topics.ts';

const PROBE_RETENTION_MS = 60_000;
const PROBE_LIMIT_MS = 15_000;
const NAME_BYTES = 6;
/** This machine may be busy. */
const ATTEMPTS = 3;

/** Looks at brokers and topics, and at a record that is written to a topic of its own and read back. Leaves nothing behind. */
export async function examineKafka(examination: KafkaExamination): Promise<Finding[]> {
  const { service } = examination;
  const brokers = await examineBrokers(service);
  if (brokers.every(({ state }) => state === 'problem')) return brokers;
  const admin = new Admin({ ...clientOptions(service), retries: ATTEMPTS });
  try {
    const topics = await examineTopics(admin, examination);
    const roundTrip = await examineRoundTrip(admin, examination);
    return [...brokers, ...topics, ...roundTrip];
  } catch (error) {
    const says = new KafkaErrors(service).sentence(error);
    return [...brokers, problem('Kafka topics', `could not be looked at: ${says}`, 'Mend that and run this again.')];
  } finally {
    await admin.close();
  }
}

/** The one thing that no answer about rights can promise, and the only way to hear what time it is at the brokers. */
async function examineRoundTrip(admin: Admin, { clock, service }: KafkaExamination): Promise<Finding[]> {
  const topic = `ovation-doctor-${randomBytes(NAME_BYTES).toString('hex')}`;
  const inKafka = `${service.prefix ?? ''}${topic}`;
  const subject = 'Kafka records';
  try {
    await using log = await openKafkaEventLog({ service, clock, unavailableAfterMs: PROBE_LIMIT_MS });
    await log.createTopic({ name: topic, partitions: 1, retentionMs: PROBE_RETENTION_MS });
    try {
      const askedAt = clock.wall();
      const [appended] = await log.append(topic, [{ value: 'written by ovation doctor' }]);
      const heardAt = clock.wall();
      let read = 0;
      for await (const { records } of log.read({ topic, from: new Map([[0, 0]]), follow: false }))
        read += records.length;
      if (read !== 1 || !appended) {
        return [problem(subject, `were not read back: ${read} of 1`, 'Look into the log of the brokers.')];
      }
      const ms = Math.max(0, Math.round(heardAt - askedAt));
      return [
        fine(subject, `are written in ${ms} ms and read back`),
        clockFinding('Kafka clock', { askedAt, heardAt, theirs: appended.appendedAt }),
      ];
    } finally {
      await admin.deleteTopics({ topics: [inKafka] });
    }
  } catch (error) {
    const says = `could not be tried with topic ${inKafka}: ${new KafkaErrors(service).sentence(error)}`;
    return [
      warning(
        subject,
        says,
        'Allow the user to make and delete topics whose names begin like that, or go by the rights above.',
      ),
    ];
  }
}
