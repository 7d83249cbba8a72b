import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Admin } from '@platformatic/kafka';
import { afterAll, beforeAll } from 'vitest';
import { describeEventLogContract } from '../../../test/contracts/event-log.contract.ts';
import { type KafkaServers, startKafka } from '../../../test/services/kafka.ts';
import { pause } from '../../../test/services/service.ts';
import type { EventLog } from '../../ports/event-log.ts';
import { createSystemClock } from '../system/clock.ts';
import { openKafkaEventLog } from './event-log.ts';

/** Retention that is looked at all the time, so that a second can stand for a minute. */
const QUICK_RETENTION = {
  'log.retention.check.interval.ms': '100',
  'log.initial.task.delay.ms': '100',
  'log.segment.delete.delay.ms': '100',
};

// A broker of its own: the contract counts the topics.
let folder: string;
let kafka: KafkaServers;
let admin: Admin;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ovation-kafka-contract-'));
  kafka = await startKafka(folder, { settings: QUICK_RETENTION });
  admin = new Admin({ clientId: 'tests', bootstrapBrokers: [kafka.address], retryDelay: 100 });
});
afterAll(async () => {
  await admin?.close();
  await kafka?.[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true });
});

describeEventLogContract('the Kafka event log', async () => {
  const topics = await admin.listTopics();
  if (topics.length > 0) await admin.deleteTopics({ topics });
  const groups = await admin.listGroups();
  if (groups.size > 0) await admin.deleteGroups({ groups: [...groups.keys()] });
  const open = (): Promise<EventLog> =>
    openKafkaEventLog({
      service: { brokers: [kafka.address], replication: 1 },
      clock: createSystemClock(),
    });
  let eventLog = await open();
  return {
    eventLog,
    // Broker and tests have the clock of one machine.
    clock: { now: () => Date.now() },
    advance: (ms) => pause(ms + 1),
    minuteMs: 1_000,
    keepsUnread: false,
    reopen: async () => {
      await eventLog[Symbol.asyncDispose]();
      eventLog = await open();
      return eventLog;
    },
  };
});
