import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Admin } from '@platformatic/kafka';
import { afterAll, beforeAll, describe, expect, inject, it, onTestFinished } from 'vitest';
import { runOvation } from '../../../../../test/server-process.ts';
import { KAFKA_USERS } from '../../../test/services/kafka-settings.ts';
import { type KafkaServers, startKafka } from '../../../test/services/kafka.ts';
import { startOwnPostgres } from '../../../test/services/own-postgres.ts';
import { createEmptyDatabase, query } from '../../../test/services/postgres-database.ts';
import { CAREFUL, startRedis } from '../../../test/services/redis.ts';
import { freePorts } from '../../../test/services/service.ts';
import { createSetTime } from '../../../test/services/set-time.ts';
import type { Finding } from '../../ports/finding.ts';

const SECRET = 'not-this-one';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'ovation-doctor-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** What it finds, by subject, and its exit code; whatever it prints holds none of the passwords. */
async function examine(environment: Record<string, string>) {
  const secrets = Object.values(environment).map((value) => /:([^:@/]+)@/.exec(value)?.[1] ?? SECRET);
  const passwords = Object.entries(environment).flatMap(([name, value]) => (name.endsWith('PASSWORD') ? [value] : []));
  const { code, stderr, stdout } = await runOvation(
    ['doctor', '--json', '--port', '0', '--data-dir', folder],
    environment,
  );
  for (const secret of [...secrets, ...passwords]) {
    for (const form of [secret, decodeURIComponent(secret)]) expect(stdout + stderr).not.toContain(form);
  }
  expect(stderr).toBe('');
  const findings: Finding[] = JSON.parse(stdout);
  for (const finding of findings) if (finding.state !== 'ok') expect(finding.mend).toMatch(/^[A-Z].*\.$/);
  return { code, findings, of: (subject: RegExp) => findings.filter((finding) => subject.test(finding.subject)) };
}

async function emptyDatabase(): Promise<string> {
  const empty = await createEmptyDatabase(inject('engines').postgres);
  onTestFinished(() => empty[Symbol.asyncDispose]());
  return empty.url;
}

describe('ovation doctor over engines that are as they should be', () => {
  it('finds no problem, and leaves no topic behind', async () => {
    const { kafka, redis } = inject('engines');
    const { code, findings, of } = await examine({
      OVATION_KAFKA_BROKERS: kafka,
      OVATION_REDIS_URL: redis,
      OVATION_DATABASE_URL: await emptyDatabase(),
    });
    expect(findings.filter(({ state }) => state === 'problem')).toEqual([]);
    expect(code).toBe(0);
    expect(
      of(/^Kafka records$|^Kafka clock$|^Redis (?:keys|channels|clock)|^PostgreSQL (?:rights|clock)$/),
    ).toHaveLength(7);
    const admin = new Admin({ clientId: 'test', bootstrapBrokers: kafka.split(',') });
    onTestFinished(() => admin.close());
    expect((await admin.listTopics()).filter((name) => name.includes('ovation-doctor-'))).toEqual([]);
  });
});

describe('ovation doctor says what is wrong with Kafka', () => {
  it('a broker that is not there, alone and beside one that is', async () => {
    const [port = 0] = await freePorts(1);
    const dead = `127.0.0.1:${port}`;
    const alone = await examine({ OVATION_KAFKA_BROKERS: dead });
    expect(alone.code).toBe(1);
    expect(alone.of(/^Kafka/)).toEqual([
      expect.objectContaining({ state: 'problem', says: expect.stringContaining('cannot be reached (ECONNREFUSED)') }),
    ]);
    const beside = await examine({
      OVATION_KAFKA_BROKERS: `${dead},${inject('engines').kafka}`,
      OVATION_KAFKA_REPLICATION: '1',
    });
    expect(beside.of(new RegExp(`^Kafka broker ${dead}$`))).toMatchObject([{ state: 'warning' }]);
    expect(beside.code).toBe(0);
  });

  it('a topic that its producers date, with too few partitions and a short memory', async () => {
    const { kafka } = inject('engines');
    const topic = `doctor-${randomBytes(4).toString('hex')}`;
    const admin = new Admin({ clientId: 'test', bootstrapBrokers: kafka.split(',') });
    onTestFinished(() => admin.close());
    const configs = [
      { name: 'message.timestamp.type', value: 'CreateTime' },
      { name: 'retention.ms', value: '60000' },
      { name: 'min.insync.replicas', value: '2' },
    ];
    await admin.createTopics({ topics: [topic], partitions: 1, replicas: 1, configs });
    const { code, of } = await examine({ OVATION_KAFKA_BROKERS: kafka, KAFKA_TOPIC_IN: topic });
    const said = of(new RegExp(`^Kafka topic ${topic}$`));
    expect(said.map(({ says, state }) => [state, says])).toEqual([
      ['problem', expect.stringMatching(/^has message\.timestamp\.type CreateTime; Ovation needs LogAppendTime$/)],
      ['problem', expect.stringMatching(/^has 1 of \d+ partitions/)],
      ['problem', expect.stringMatching(/^has 1 copies of each record and takes none without 2/)],
      ['warning', expect.stringMatching(/^keeps records 60000 ms, not 86400000/)],
    ]);
    expect(code).toBe(1);
  });

  it('nothing about topics of another prefix', async () => {
    const { kafka } = inject('engines');
    const prefix = `doctor-${randomBytes(4).toString('hex')}.`;
    const wanted = { OVATION_KAFKA_PREFIX: prefix, OVATION_KAFKA_PARTITIONS: '128' };
    const { code, of } = await examine({ OVATION_KAFKA_BROKERS: kafka, ...wanted });
    expect(of(/^Kafka topic .*activity$/)).toMatchObject([
      {
        subject: `Kafka topic ${prefix}activity`,
        says: 'is not there yet; the first start makes it with 128 partitions',
      },
    ]);
    expect(of(/^Kafka records$/)).toMatchObject([{ state: 'ok' }]);
    expect(code).toBe(0);
  });

  it('more copies than brokers', async () => {
    const { code, of } = await examine({
      OVATION_KAFKA_BROKERS: inject('engines').kafka,
      OVATION_KAFKA_REPLICATION: '9',
    });
    expect(of(/^Kafka cluster$/)).toMatchObject([{ state: 'problem', mend: expect.stringMatching(/at most \d/) }]);
    expect(code).toBe(1);
  });

  describe('with users and rights', () => {
    let kafka: KafkaServers;
    beforeAll(async () => {
      const settings = {
        'authorizer.class.name': 'org.apache.kafka.metadata.authorizer.StandardAuthorizer',
        'super.users': 'User:ANONYMOUS',
      };
      kafka = await startKafka(path.join(folder, 'kafka'), { secure: true, settings });
    });
    afterAll(() => kafka?.[Symbol.asyncDispose]());

    const userOf = (password: string) => ({
      OVATION_KAFKA_BROKERS: kafka.secure?.sasl ?? '',
      OVATION_KAFKA_SASL: 'PLAIN',
      OVATION_KAFKA_USERNAME: KAFKA_USERS.PLAIN.username,
      OVATION_KAFKA_PASSWORD: password,
    });

    it('a wrong password', async () => {
      const { code, of } = await examine(userOf(SECRET));
      expect(of(/^Kafka/)).toMatchObject([
        {
          state: 'problem',
          says: expect.stringContaining('refused user "plain-user"'),
          mend: expect.stringContaining('OVATION_KAFKA_PASSWORD'),
        },
      ]);
      expect(code).toBe(1);
    });

    it('topics that the user may not use', async () => {
      const { code, of } = await examine(userOf(KAFKA_USERS.PLAIN.password));
      expect(of(/^Kafka broker/)).toMatchObject([{ state: 'ok' }]);
      expect(of(/^Kafka topic raw-emote-data$/)).toMatchObject([
        { state: 'problem', mend: expect.stringMatching(/kafka-acls\.sh/) },
      ]);
      expect(of(/^Kafka records$/)).toMatchObject([{ state: 'warning' }]);
      expect(code).toBe(1);
    });
  });
});

describe('ovation doctor says what is wrong with Redis', () => {
  it('a wrong password', async () => {
    const url = new URL(inject('engines').redis);
    url.password = SECRET;
    const { code, of } = await examine({ OVATION_REDIS_URL: url.href });
    expect(of(/^Redis/)).toMatchObject([
      { state: 'problem', says: 'refuses: Redis does not take this user name and password' },
    ]);
    expect(code).toBe(1);
  });

  it('nothing that listens', async () => {
    const [port] = await freePorts(1);
    const { code, of } = await examine({ OVATION_REDIS_URL: `redis://127.0.0.1:${port}` });
    expect(of(/^Redis/)).toMatchObject([{ state: 'problem', says: expect.stringContaining('ECONNREFUSED') }]);
    expect(code).toBe(1);
  });

  it('rights that end at another prefix, for keys and for channels', async () => {
    const url = new URL(inject('engines').redis);
    url.username = CAREFUL.username;
    url.password = CAREFUL.password;
    const right = await examine({ OVATION_REDIS_URL: url.href, OVATION_REDIS_PREFIX: CAREFUL.prefix });
    expect(right.of(/^Redis (?:keys|channels)/)).toMatchObject([{ state: 'ok' }, { state: 'ok' }]);
    const wrong = await examine({ OVATION_REDIS_URL: url.href, OVATION_REDIS_PREFIX: 'other:' });
    expect(wrong.of(/^Redis (?:keys|channels)/)).toMatchObject([
      { state: 'problem', mend: expect.stringContaining('~other:*') },
      { state: 'problem', mend: expect.stringContaining('&other:*') },
    ]);
    expect([right.code, wrong.code]).toEqual([0, 1]);
  });

  it('a clock that is a minute ahead, and keys that are thrown away', async () => {
    const time = createSetTime(folder, 'doctor-clock');
    const lines = ['maxmemory-policy allkeys-lru'];
    await using redis = await startRedis(path.join(folder, 'redis'), { environment: time.environment, lines });
    time.pass(60_000);
    const { code, of } = await examine({ OVATION_REDIS_URL: redis.address });
    expect(of(/^Redis clock$/)).toMatchObject([
      { state: 'problem', says: expect.stringMatching(/s ahead of the clock/) },
    ]);
    expect(of(/^Redis memory$/)).toMatchObject([{ state: 'warning' }]);
    expect(code).toBe(1);
  });
});

describe('ovation doctor says what is wrong with PostgreSQL', () => {
  it('a wrong password', async () => {
    const url = new URL(await emptyDatabase());
    url.password = SECRET;
    const { code, of } = await examine({ OVATION_DATABASE_URL: url.href });
    expect(of(/^PostgreSQL/)).toMatchObject([
      { state: 'problem', says: expect.stringContaining('refuses the password') },
    ]);
    expect(code).toBe(1);
  });

  it('a database that a newer Ovation wrote', async () => {
    const url = await emptyDatabase();
    await query(
      url,
      `create table migrations (name text primary key, ran_at timestamptz not null default now(), version text);
       insert into migrations values ('rooms-001', now(), '9.1.0')`,
    );
    const { code, of } = await examine({ OVATION_DATABASE_URL: url });
    expect(of(/^PostgreSQL tables$/)).toMatchObject([
      { state: 'problem', says: expect.stringMatching(/^The database was written by Ovation 9\.1\.0/) },
    ]);
    expect(code).toBe(1);
  });

  it('an account that may not make tables', async () => {
    const url = new URL(await emptyDatabase());
    const name = `doctor_${process.pid}`;
    await query(url.href, `create role ${name} login password 'only-reads'`);
    onTestFinished(async () => void (await query(inject('engines').postgres, `drop role ${name}`)));
    [url.username, url.password] = [name, 'only-reads'];
    const { code, of } = await examine({ OVATION_DATABASE_URL: url.href });
    expect(of(/^PostgreSQL rights$/)).toMatchObject([{ state: 'problem', mend: expect.stringContaining('owner') }]);
    expect(code).toBe(1);
  });

  it('a pool that is larger than the server', async () => {
    const { code, of } = await examine({ OVATION_DATABASE_URL: await emptyDatabase(), OVATION_DATABASE_POOL: '500' });
    expect(of(/^PostgreSQL connections$/)).toMatchObject([
      { state: 'problem', mend: expect.stringContaining('max_connections') },
    ]);
    expect(code).toBe(1);
  });

  it('a replica in the place of the primary, a primary in that of the replica, and how far a replica is behind', async () => {
    await using own = await startOwnPostgres();
    const replica = await own.replica();
    const swapped = await examine({ OVATION_DATABASE_URL: replica.address });
    expect(swapped.of(/^PostgreSQL/)).toMatchObject([
      { state: 'problem', says: expect.stringContaining('names a replica') },
    ]);
    const primary = { OVATION_DATABASE_URL: own.primary.address };
    const right = await examine({ ...primary, OVATION_DATABASE_REPLICA_URL: replica.address });
    expect(right.of(/^PostgreSQL replica$/)).toMatchObject([
      { state: 'ok', says: expect.stringMatching(/behind the primary$/) },
    ]);
    const twice = await examine({ ...primary, OVATION_DATABASE_REPLICA_URL: own.primary.address });
    expect(twice.of(/^PostgreSQL replica$/)).toMatchObject([
      { state: 'problem', says: expect.stringContaining('is no replica') },
    ]);
    await replica[Symbol.asyncDispose]();
    const away = await examine({ ...primary, OVATION_DATABASE_REPLICA_URL: replica.address });
    expect(away.of(/^PostgreSQL replica$/)).toMatchObject([
      {
        state: 'warning',
        says: expect.stringMatching(/OVATION_DATABASE_REPLICA_URL running\?; the primary answers instead$/),
      },
    ]);
    expect([swapped.code, right.code, twice.code, away.code]).toEqual([1, 0, 1, 0]);
  });
});
