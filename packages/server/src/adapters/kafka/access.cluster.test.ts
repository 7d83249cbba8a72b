import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { KAFKA_USERS } from '../../../test/services/kafka-settings.ts';
import { type KafkaServers, startKafka } from '../../../test/services/kafka.ts';
import { freePorts } from '../../../test/services/service.ts';
import type { KafkaService } from '../../config/services.ts';
import { createSystemClock } from '../system/clock.ts';
import { openKafkaEventLog } from './event-log.ts';

const SECRET = 'not-the-password';
const UNAVAILABLE_AFTER_MS = 1_000;

let folder: string;
let kafka: KafkaServers;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ovation-kafka-access-'));
  kafka = await startKafka(folder, { secure: true });
});
afterAll(async () => {
  await kafka?.[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true });
});

type Mechanism = keyof typeof KAFKA_USERS;

function saslOf(
  mechanism: Mechanism,
  password: string = KAFKA_USERS[mechanism].password,
): KafkaService['sasl'] & object {
  return { mechanism, username: KAFKA_USERS[mechanism].username, password };
}

function addressOf(listener: 'sasl' | 'tls'): string[] {
  return [kafka.secure?.[listener] ?? ''];
}

async function open(service: Omit<KafkaService, 'replication'>, unavailableAfterMs = UNAVAILABLE_AFTER_MS) {
  const eventLog = await openKafkaEventLog({
    service: { ...service, replication: 1 },
    clock: createSystemClock(),
    unavailableAfterMs,
  });
  onTestFinished(() => eventLog[Symbol.asyncDispose]());
  return eventLog;
}

describe('the right access', () => {
  const mechanisms: readonly Mechanism[] = ['PLAIN', 'SCRAM-SHA-512'];
  it.each(mechanisms)('appends, reads and commits by SASL %s', async (mechanism) => {
    const service = { brokers: addressOf('sasl'), sasl: saslOf(mechanism) };
    expect(await roundTrip(service, `sasl-${mechanism}`)).toEqual(['hello']);
  });

  it.each(mechanisms)('and by SASL %s over TLS with an authority of its own', async (mechanism) => {
    const tls = { ca: kafka.secure?.ca ?? '' };
    const service = { brokers: addressOf('tls'), sasl: saslOf(mechanism), tls };
    expect(await roundTrip(service, `tls-${mechanism}`)).toEqual(['hello']);
  });
});

async function roundTrip(service: Omit<KafkaService, 'replication'>, topic: string): Promise<string[]> {
  // A broker that has just started reads the positions of groups first.
  const eventLog = await open(service, 60_000);
  await eventLog.createTopic({ name: topic, partitions: 1, retentionMs: 3_600_000 });
  await eventLog.append(topic, [{ value: 'hello' }]);
  await eventLog.commit('readers', topic, new Map([[0, 1]]));
  expect(await eventLog.committed('readers', topic)).toEqual(new Map([[0, 1]]));
  const values: string[] = [];
  for await (const { records } of eventLog.read({ topic, from: new Map([[0, 0]]), follow: false })) {
    values.push(...records.map(({ value }) => Buffer.from(value).toString()));
  }
  return values;
}

describe('one sentence says what is wrong', () => {
  const wrong: [string, () => Omit<KafkaService, 'replication'>, RegExp][] = [
    [
      'a wrong password (PLAIN)',
      () => ({ brokers: addressOf('sasl'), sasl: saslOf('PLAIN', SECRET) }),
      /refused user "plain-user"; .*password/,
    ],
    [
      'a wrong password (SCRAM)',
      () => ({ brokers: addressOf('sasl'), sasl: saslOf('SCRAM-SHA-512', SECRET) }),
      /refused user "scram-user"/,
    ],
    [
      'a mechanism that is not offered',
      () => ({ brokers: addressOf('sasl'), sasl: { ...saslOf('PLAIN'), mechanism: 'SCRAM-SHA-256' } }),
      /does not offer the SASL mechanism/,
    ],
    [
      'an unknown authority',
      () => ({ brokers: addressOf('tls'), sasl: saslOf('PLAIN'), tls: {} }),
      /certificate of Kafka at .* is not trusted \(/,
    ],
    ['TLS where there is none', () => ({ brokers: [kafka.address], tls: {} }), /does not speak TLS/],
    [
      'no TLS where it is needed',
      () => ({ brokers: addressOf('tls'), sasl: saslOf('PLAIN') }),
      /closed the connection: it stopped, or this port wants TLS or a user/,
    ],
    [
      'no user where one is needed',
      () => ({ brokers: addressOf('sasl') }),
      /closed the connection: it stopped, or this port wants TLS or a user/,
    ],
    [
      'a host that is not there',
      () => ({ brokers: ['nowhere.invalid:9092'] }),
      /there is no such host: Kafka at nowhere.invalid:9092/,
    ],
  ];
  it.each(wrong)('about %s', async (_what, service, sentence) => {
    const refused = open(service());
    await expect(refused).rejects.toMatchObject({ code: 'unavailable', message: expect.stringMatching(sentence) });
    const error: unknown = await open(service()).catch((reason: unknown) => reason);
    expect(JSON.stringify(error, Object.getOwnPropertyNames(error))).not.toContain(SECRET);
  });

  it('about a port where nothing listens', async () => {
    const [port] = await freePorts(1);
    const message = expect.stringMatching(
      new RegExp(`Kafka at 127.0.0.1:${port} cannot be reached \\(ECONNREFUSED\\)`),
    );
    await expect(open({ brokers: [`127.0.0.1:${port}`] })).rejects.toMatchObject({ code: 'unavailable', message });
  });

  it('about a broker that is too old', async () => {
    const server = createServer((socket) => {
      // ApiVersions: correlation id as it was asked for, error 35 (unsupported version), no API.
      socket.on('data', (request) => {
        const answer = Buffer.alloc(14);
        answer.writeInt32BE(10, 0);
        answer.writeInt32BE(request.readInt32BE(8), 4);
        answer.writeInt16BE(35, 8);
        socket.write(answer);
      });
      socket.on('error', () => undefined);
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    onTestFinished(() => void server.close());
    // A TCP server that listens has such an address.
    const { port } = server.address() as { port: number };
    const message = expect.stringMatching(/is too old/);
    await expect(open({ brokers: [`127.0.0.1:${port}`] })).rejects.toMatchObject({ code: 'unavailable', message });
  });
});
