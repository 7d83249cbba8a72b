import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { hostAndPort } from './addresses.ts';
import { check, orphans, wholeNumber } from './check.ts';
import type { Environment } from './names.ts';
import type { KafkaService } from './services.ts';

const KAFKA_PORT = 9_092;
const REPLICATION = 3;
const REPLICATION_MAX = 9;
const PARTITIONS_MAX = 1_000;
const KAFKA_OPTIONS = [
  'OVATION_KAFKA_SASL',
  'OVATION_KAFKA_USERNAME',
  'OVATION_KAFKA_PASSWORD',
  'OVATION_KAFKA_TLS',
  'OVATION_KAFKA_REPLICATION',
  'OVATION_KAFKA_PARTITIONS',
  'OVATION_KAFKA_PREFIX',
] as const;

const prefixSchema = z
  .string()
  .regex(/^[A-Za-z0-9._-]{1,100}$/, 'give 1 to 100 letters, digits, ".", "_" or "-", such as "staging."')
  .optional();
const brokersSchema = z
  .string()
  .transform((list) => list.split(',').map((address) => hostAndPort(address.trim(), KAFKA_PORT)))
  .refine((list) => list.every((one) => one !== undefined), 'give host:port, several with commas, such as kafka:9092')
  .transform((list) =>
    list.flatMap((one) => (one ? [`${one.host.includes(':') ? `[${one.host}]` : one.host}:${one.port}`] : [])),
  )
  .optional();
const MECHANISMS = ['PLAIN', 'SCRAM-SHA-256', 'SCRAM-SHA-512'] as const;
const mechanismSchema = z.enum(MECHANISMS, `say ${MECHANISMS.join(', ')}`).optional();

export function readKafka(environment: Environment, problems: string[]): KafkaService | undefined {
  const name = environment.OVATION_KAFKA_BROKERS === undefined ? 'KAFKA_BROKER' : 'OVATION_KAFKA_BROKERS';
  const brokers = check(problems, [name, environment[name]], brokersSchema);
  const replication = check(
    problems,
    ['OVATION_KAFKA_REPLICATION', environment.OVATION_KAFKA_REPLICATION],
    wholeNumber(1, REPLICATION_MAX),
  );
  const tls = readTls(environment.OVATION_KAFKA_TLS, problems);
  const sasl = readSasl(environment, problems);
  const prefix = check(problems, ['OVATION_KAFKA_PREFIX', environment.OVATION_KAFKA_PREFIX], prefixSchema);
  const partitions = check(
    problems,
    ['OVATION_KAFKA_PARTITIONS', environment.OVATION_KAFKA_PARTITIONS],
    wholeNumber(1, PARTITIONS_MAX),
  );
  if (!brokers) {
    problems.push(...orphans(environment, KAFKA_OPTIONS, 'OVATION_KAFKA_BROKERS'));
    return undefined;
  }
  return {
    brokers,
    replication: replication ?? (brokers.length >= REPLICATION ? REPLICATION : 1),
    ...(sasl && { sasl }),
    ...(tls && { tls }),
    ...(prefix !== undefined && { prefix }),
    ...(partitions !== undefined && { partitions }),
  };
}

function readSasl(environment: Environment, problems: string[]): KafkaService['sasl'] {
  const { OVATION_KAFKA_USERNAME: username, OVATION_KAFKA_PASSWORD: password } = environment;
  const given = environment.OVATION_KAFKA_SASL;
  const mechanism = check(problems, ['OVATION_KAFKA_SASL', given], mechanismSchema) ?? 'SCRAM-SHA-512';
  if (username === undefined && password === undefined && given === undefined) return undefined;
  if (username !== undefined && password !== undefined) return { mechanism, username, password };
  problems.push('Kafka needs a name and a password: set OVATION_KAFKA_USERNAME and OVATION_KAFKA_PASSWORD, or neither');
  return undefined;
}

/** `true`, `false`, or a file with the certificate of the authority. */
function readTls(value: string | undefined, problems: string[]): KafkaService['tls'] {
  if (value === undefined || value === 'false') return undefined;
  if (value === 'true') return {};
  try {
    const ca = readFileSync(value, 'utf8');
    if (ca.includes('-----BEGIN CERTIFICATE-----')) return { ca };
    problems.push(`OVATION_KAFKA_TLS is ${JSON.stringify(value)}: the file holds no certificate in PEM form`);
  } catch {
    problems.push(
      `OVATION_KAFKA_TLS is ${JSON.stringify(value)}: say true, false, or a file with the certificate of the authority (PEM)`,
    );
  }
  return undefined;
}
