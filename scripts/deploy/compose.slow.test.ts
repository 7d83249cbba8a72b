import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { readYaml, root, runTool, toolAt } from './tools.ts';

const COMPOSE = 'deploy/compose.yaml';
const PROD = 'deploy/compose.prod.yaml';
const SECRETS = { REDIS_PASSWORD: 'one', DB_PASSWORD: 'two', ACCESS_TOKEN_SECRET: 'three-and-thirty-bytes' };

interface ComposeFile {
  readonly services: Readonly<Record<string, Service>>;
  readonly networks: Readonly<Record<string, { readonly driver: string }>>;
  readonly volumes: Readonly<Record<string, unknown>>;
}

interface Service {
  readonly image: string;
  readonly command: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly ports: readonly string[];
  readonly volumes: readonly string[];
  readonly networks: readonly string[];
  readonly healthcheck: { readonly test: readonly string[]; interval: string; timeout: string; retries: number };
  readonly depends_on: Readonly<Record<string, { readonly condition: string }>>;
  readonly restart: string;
}

const HEALTHY = { condition: 'service_healthy' };

const files = () => readYaml<[ComposeFile, ComposeFile]>(COMPOSE, PROD);

describe.skipIf(!toolAt('composecheck'))('docker compose (composecheck, which needs Go, reads as it does)', () => {
  it('takes both files, and neither production without its secrets nor a key that it does not know', () => {
    expect(runTool('composecheck', [COMPOSE])).toMatchObject({
      code: 0,
      printed: expect.stringContaining('7 services'),
    });
    expect(runTool('composecheck', [COMPOSE, PROD], SECRETS)).toMatchObject({ code: 0 });
    expect(runTool('composecheck', [COMPOSE, PROD]).printed).toContain('set ACCESS_TOKEN_SECRET');
    const folder = mkdtempSync(path.join(tmpdir(), 'ovation-compose-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const wrong = path.join(folder, 'compose.yaml');
    writeFileSync(wrong, readFileSync(path.join(root, COMPOSE), 'utf8').replace('healthcheck:', 'healthchek:'));
    expect(runTool('composecheck', [wrong]).code).toBe(1);
  });
});

describe.skipIf(!toolAt('python'))('the compose file (needs Python with PyYAML)', () => {
  it('has a KRaft broker, both servers, generator and page, in the order of their health (S0-37, C24, C32)', () => {
    const [{ networks, services }] = files();
    expect(services).toMatchObject({
      kafka: {
        environment: {
          KAFKA_CFG_NODE_ID: '0',
          KAFKA_CFG_PROCESS_ROLES: 'controller,broker',
          ALLOW_PLAINTEXT_LISTENER: 'yes',
        },
        healthcheck: { interval: '10s', timeout: '5s', retries: 5 },
        ports: ['127.0.0.1:9092:9092'],
      },
      generator: { environment: { KAFKA_TOPIC: 'raw-emote-data' }, depends_on: { 'server-b': HEALTHY } },
      'server-b': {
        environment: {
          KAFKA_BROKER: '${KAFKA_BROKER:-kafka:9092}',
          KAFKA_TOPIC_IN: 'raw-emote-data',
          KAFKA_TOPIC_OUT: 'aggregated-emote-data',
        },
        ports: ['127.0.0.1:3001:3001'],
        depends_on: { kafka: HEALTHY, redis: HEALTHY, postgres: HEALTHY },
      },
      'server-a': {
        environment: { KAFKA_TOPIC: 'aggregated-emote-data' },
        ports: ['127.0.0.1:3002:3000'],
        depends_on: { kafka: HEALTHY, 'server-b': HEALTHY },
      },
      frontend: { ports: ['127.0.0.1:8080:80'], depends_on: { 'server-a': HEALTHY, 'server-b': HEALTHY } },
    });
    for (const one of Object.values(services)) expect(one.networks).toEqual(['emote-network']);
    expect(networks['emote-network']?.driver).toBe('bridge');
    expect(readFileSync(path.join(root, COMPOSE), 'utf8')).not.toMatch(/zookeeper/i);
  });

  it('has a Redis with password, append-only file, health check and volume (S4-08)', () => {
    const [{ services, volumes }] = files();
    expect(services).toMatchObject({
      redis: {
        image: expect.stringMatching(/^redis:\d+-alpine$/),
        command: [
          'redis-server',
          '--appendonly',
          'yes',
          '--requirepass',
          expect.stringMatching(/^\$\{REDIS_PASSWORD:-.+\}$/),
        ],
        healthcheck: { test: ['CMD-SHELL', expect.stringContaining('redis-cli ping')] },
        ports: ['127.0.0.1:6379:6379'],
        volumes: ['redis_data:/data'],
      },
      kafka: { volumes: ['kafka_data:/bitnami/kafka'] },
    });
    expect(Object.keys(volumes)).toEqual(expect.arrayContaining(['kafka_data', 'redis_data', 'postgres_data']));
  });

  it('starts everything again in production, keeps the log and wants its secrets (S0-39)', () => {
    const [{ services }, prod] = files();
    expect(Object.keys(prod.services).toSorted()).toEqual(Object.keys(services).toSorted());
    for (const { restart } of Object.values(prod.services)) expect(restart).toBe('unless-stopped');
    expect(Object.keys(prod.volumes)).toContain('kafka_data');
    expect(prod.services['kafka']?.environment).toMatchObject({
      KAFKA_CFG_LISTENERS: expect.stringContaining(':9092'),
      KAFKA_CFG_ADVERTISED_LISTENERS: expect.stringContaining('kafka:9092'),
    });
  });
});

/** Runs deploy.sh with a docker and a curl that write down how they were called. */
function deploy({ unhealthy = '' }: { readonly unhealthy?: string } = {}) {
  const folder = mkdtempSync(path.join(tmpdir(), 'ovation-deploy-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  mkdirSync(path.join(folder, 'bin'));
  const calls = path.join(folder, 'calls');
  const stub = (name: string, rest: string) =>
    writeFileSync(path.join(folder, 'bin', name), `#!/bin/sh\necho "${name} $*" >> ${calls}\n${rest}\n`, {
      mode: 0o755,
    });
  stub('docker', '');
  stub('sleep', '');
  stub('curl', `case "$*" in *"${unhealthy || 'nothing'}"*) exit 22;; esac`);
  copyFileSync(path.join(root, 'deploy/deploy.sh'), path.join(folder, 'deploy.sh'));
  const env = { ...process.env, PATH: `${path.join(folder, 'bin')}:${process.env['PATH']}` };
  const { status } = spawnSync('bash', [path.join(folder, 'deploy.sh')], { env });
  return { status, calls: readFileSync(calls, 'utf8').trim().split('\n') };
}

describe('the deploy script (S0-39)', () => {
  it('builds, starts, waits 30 s and asks both servers for their health', () => {
    const { calls, status } = deploy();
    expect(status).toBe(0);
    expect(calls.map((call) => call.replace(/ --fail .*(?= http)/, ''))).toEqual([
      'docker compose -f compose.yaml -f compose.prod.yaml build',
      'docker compose -f compose.yaml -f compose.prod.yaml up -d',
      'sleep 30',
      'curl http://localhost:3001/health',
      'curl http://localhost:3002/health',
    ]);
  });

  it.each(['3001', '3002'])('ends with 1 when the server on %s is not well', (port) => {
    expect(deploy({ unhealthy: `:${port}/` }).status).toBe(1);
  });
});
