import { randomUUID } from 'node:crypto';
import { Admin, Producer, stringSerializers } from '@platformatic/kafka';
import { afterAll, beforeAll, describe, expect, inject, it, vi } from 'vitest';
import type { EventLog, LogRecord, TopicInfo } from '../../ports/event-log.ts';
import { createSystemClock } from '../system/clock.ts';
import { openKafkaEventLog } from './event-log.ts';

const HOUR_MS = 3_600_000;
const WAIT = { timeout: 60_000, interval: 50 };
const STAMPED_BY_BROKER = [{ name: 'message.timestamp.type', value: 'LogAppendTime' }];

let eventLog: EventLog;
let admin: Admin;
let bootstrapBrokers: string[];
beforeAll(async () => {
  bootstrapBrokers = inject('engines').kafka.split(',');
  admin = new Admin({ clientId: 'tests', bootstrapBrokers, retryDelay: 100 });
  const service = { brokers: bootstrapBrokers, replication: 1 };
  eventLog = await openKafkaEventLog({ service, clock: createSystemClock() });
});
afterAll(async () => {
  await eventLog?.[Symbol.asyncDispose]();
  await admin?.close();
});

/** Other tests use the same brokers. */
function newName(): string {
  return `t-${randomUUID()}`;
}

async function newTopic(partitions = 1): Promise<TopicInfo> {
  return eventLog.createTopic({ name: newName(), partitions, retentionMs: HOUR_MS });
}

async function recordsOf(topic: string, from = 0): Promise<LogRecord[]> {
  const records: LogRecord[] = [];
  for await (const batch of eventLog.read({ topic, from: new Map([[0, from]]), follow: false })) {
    records.push(...batch.records);
  }
  return records;
}

function textsOf(records: readonly LogRecord[]): string[] {
  return records.map(({ value }) => Buffer.from(value).toString());
}

describe('topics', () => {
  it('makes topics that are stamped by the broker, kept for the period and safe with one replica', async () => {
    const { name } = await newTopic(3);
    const resource = { resourceType: 2, resourceName: name } as const;
    const [described] = await admin.describeConfigs({ resources: [resource] });
    const configs = Object.fromEntries(described?.configs.map((config) => [config.name, config.value]) ?? []);
    expect(configs).toMatchObject({
      'message.timestamp.type': 'LogAppendTime',
      'retention.ms': String(HOUR_MS),
      'segment.ms': String(HOUR_MS / 10),
      'unclean.leader.election.enable': 'false',
      'min.insync.replicas': '1',
      'cleanup.policy': 'delete',
    });
  });

  it('refuses a topic that keeps the clocks of its producers, when it is made and when it is read', async () => {
    const name = newName();
    const configs = [{ name: 'message.timestamp.type', value: 'CreateTime' }];
    await admin.createTopics({ topics: [name], partitions: 1, replicas: 1, configs });
    const refusal = {
      code: 'wrong_topic',
      retryable: false,
      message: expect.stringMatching(`"${name}".*message.timestamp.type=LogAppendTime`),
    };
    await expect(eventLog.createTopic({ name, partitions: 1, retentionMs: HOUR_MS })).rejects.toMatchObject(refusal);
    await expect(recordsOf(name)).rejects.toMatchObject(refusal);
  });

  it('refuses records that a producer stamped before the topic was set right', async () => {
    const name = newName();
    const configs = [{ name: 'message.timestamp.type', value: 'CreateTime' }];
    await admin.createTopics({ topics: [name], partitions: 1, replicas: 1, configs });
    await using producer = await producerOf();
    await producer.send([{ topic: name, partition: 0, value: 'old' }]);
    await admin.incrementalAlterConfigs({
      resources: [
        {
          resourceType: 2,
          resourceName: name,
          configs: [{ ...configs[0], name: 'message.timestamp.type', value: 'LogAppendTime', configOperation: 0 }],
        },
      ],
    });
    await expect(recordsOf(name)).rejects.toMatchObject({ code: 'wrong_topic' });
  });

  it('records a topic with fewer partitions as it is', async () => {
    const name = newName();
    await admin.createTopics({ topics: [name], partitions: 2, replicas: 1, configs: STAMPED_BY_BROKER });
    expect(await eventLog.createTopic({ name, partitions: 8, retentionMs: HOUR_MS })).toMatchObject({ partitions: 2 });
  });

  it('says that there are too few brokers for the replication', async () => {
    const service = { brokers: bootstrapBrokers, replication: 99 };
    await using wide = await openKafkaEventLog({ service, clock: createSystemClock() });
    const made = wide.createTopic({ name: newName(), partitions: 1, retentionMs: HOUR_MS });
    await expect(made).rejects.toThrow(/99 times, but Kafka has fewer brokers/);
  });

  it('ends a reader whose topic is deleted and made again, with a sentence that names it', async () => {
    const { name } = await newTopic();
    await eventLog.append(name, [{ value: 'old' }]);
    const reading = eventLog.read({ topic: name, from: new Map([[0, 0]]) })[Symbol.asyncIterator]();
    expect((await reading.next()).value).toMatchObject({ nextOffset: 1 });
    const ended = reading.next().catch((error: unknown) => error);
    await admin.deleteTopics({ topics: [name] });
    const remake = () => admin.createTopics({ topics: [name], partitions: 1, replicas: 1, configs: STAMPED_BY_BROKER });
    await vi.waitFor(remake, WAIT);
    expect(await ended).toMatchObject({ code: 'wrong_topic', message: expect.stringContaining(`"${name}"`) });
  });
});

describe('records of others', () => {
  it("takes the broker's time, whichever way the clock of a producer is wrong", async () => {
    const { name } = await newTopic();
    await using producer = await producerOf();
    const before = Date.now();
    for (const wrongMs of [HOUR_MS, -HOUR_MS]) {
      const timestamp = BigInt(Date.now() + wrongMs);
      await producer.send([
        { topic: name, partition: 0, value: 'a', timestamp },
        { topic: name, partition: 0, value: 'b', timestamp: timestamp + 1_000n },
      ]);
    }
    const records = await recordsOf(name);
    expect(textsOf(records)).toEqual(['a', 'b', 'a', 'b']);
    for (const { appendedAt } of records) {
      expect(appendedAt).toBeGreaterThanOrEqual(before);
      expect(appendedAt).toBeLessThanOrEqual(Date.now());
    }
  });

  it.each(['gzip', 'snappy', 'lz4', 'zstd'] as const)(
    'reads what was compressed by %s, from its middle',
    async (compression) => {
      const { name } = await newTopic();
      await using producer = await producerOf();
      const messages = Array.from({ length: 50 }, (_, n) => ({
        topic: name,
        partition: 0,
        value: `${n} ${'x'.repeat(200)}`,
      }));
      await producer.send(messages, compression);
      const records = await recordsOf(name, 20);
      expect(records.map(({ offset }) => offset)).toEqual(Array.from({ length: 30 }, (_, n) => n + 20));
      expect(textsOf(records)[0]).toBe(messages[20]?.value);
    },
  );

  it('passes headers through as text', async () => {
    const { name } = await newTopic();
    const headers = { traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01', 'x-ü': 'wärme 💜' };
    await eventLog.append(name, [{ value: '', headers }]);
    expect((await recordsOf(name))[0]?.headers).toEqual(headers);
  });

  it('tells what is missing when records were deleted under a reader, and goes on', async () => {
    const { name } = await newTopic();
    for (let n = 0; n < 6; n++) await eventLog.append(name, [{ value: `${n}` }]);
    await admin.deleteRecords({ topics: [{ name, partitions: [{ partition: 0, offset: 4n }] }] });
    const batches = [];
    for await (const batch of eventLog.read({ topic: name, from: new Map([[0, 1]]), follow: false }))
      batches.push(batch);
    expect(batches).toMatchObject([{ gapFrom: 1, nextOffset: 6 }]);
    expect(textsOf(batches[0]?.records ?? [])).toEqual(['4', '5']);
    expect(await eventLog.earliestOffsets(name)).toEqual([4]);
  });
});

async function producerOf() {
  const producer = new Producer({
    clientId: 'tests',
    bootstrapBrokers,
    serializers: stringSerializers,
    retryDelay: 100,
  });
  return {
    send: (
      messages: Parameters<typeof producer.send>[0]['messages'],
      compression?: 'gzip' | 'snappy' | 'lz4' | 'zstd',
    ) => producer.send({ messages, acks: -1, ...(compression && { compression }) }),
    [Symbol.asyncDispose]: () => producer.close(),
  };
}
