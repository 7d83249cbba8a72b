import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { WebSocket } from 'ws';
import { readDockerfile } from '../../../../scripts/deploy/dockerfile.ts';
import { fillAsImage } from '../../../../scripts/deploy/image-folder.ts';
import { readYaml, toolAt } from '../../../../scripts/deploy/tools.ts';
import { VARIABLES } from '../../src/config/names.ts';
import { ClosingStack } from '../../src/host/closing-stack.ts';
import { createEmptyDatabase } from '../services/postgres-database.ts';
import { freePorts, startService } from '../services/service.ts';

interface Service {
  readonly command: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
}

const closing = new ClosingStack();
let folder: string;
let variables: Record<string, string>;
const urls: Record<string, string> = {};

/** `${NAME:-usual}` as compose reads it. */
function filledIn(value: string): string {
  return value.replaceAll(/\$\{(\w+):-([^}]*)\}/g, (_all, name: string, usual: string) => variables[name] ?? usual);
}

/** The engines of the test by the classic names, which compose.yaml passes on. */
function classicNames(database: URL): Record<string, string> {
  const { kafka, redis } = inject('engines');
  const { hostname, password, port } = new URL(redis);
  return {
    KAFKA_BROKER: kafka,
    REDIS_HOST: hostname,
    REDIS_PORT: port,
    REDIS_PASSWORD: decodeURIComponent(password),
    DB_HOST: database.hostname,
    DB_PORT: database.port,
    DB_NAME: database.pathname.slice(1),
    DB_USER: decodeURIComponent(database.username),
    DB_PASSWORD: decodeURIComponent(database.password),
  };
}

/** Starts the service from the folder of the image, as compose would; healthy by the image's own check. */
async function startAsContainer(name: string, { command, environment }: Service): Promise<void> {
  const image = readDockerfile('deploy/Dockerfile');
  const [port = 0] = await freePorts(1);
  const filled = Object.entries(environment).map(([variable, value]) => [variable, filledIn(value)] as const);
  const ours = new Set<string>(VARIABLES.map((one) => one.name));
  const env: Record<string, string> = {
    ...Object.fromEntries([...ours].map((variable) => [variable, ''])),
    ...image.environment,
    ...Object.fromEntries(filled),
    PORT: String(port),
    OVATION_DATA_DIR: path.join(folder, `data-${name}`),
    // Others may use the same brokers and the same Redis.
    OVATION_KAFKA_PREFIX: `${path.basename(folder)}.`,
    OVATION_REDIS_PREFIX: `${path.basename(folder)}:`,
  };
  const [, entry = ''] = image.command;
  const [, ...check] = image.healthCheck;
  closing.use(
    await startService({
      name,
      command: [process.execPath, entry, ...command],
      folder,
      logFile: path.join(folder, `${name}.log`),
      environment: env,
      isReady: async () => {
        // Asking costs less than a process, and the check is the last word.
        if (!(await fetch(`http://127.0.0.1:${port}/health`)).ok) return false;
        const [code] = await once(spawn(process.execPath, check, { env: { ...process.env, ...env } }), 'exit');
        return code === 0;
      },
    }),
  );
  urls[name] = `http://127.0.0.1:${port}`;
}

describe.skipIf(!toolAt('python'))('the services of compose.yaml (needs Python with PyYAML)', () => {
  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'ovation-compose-'));
    closing.defer(() => rm(folder, { recursive: true, force: true }));
    fillAsImage(folder, readDockerfile('deploy/Dockerfile'));
    const database = await createEmptyDatabase(inject('engines').postgres);
    closing.use(database);
    variables = classicNames(new URL(database.url));
    const [{ services }] = readYaml<[{ services: Record<string, Service> }]>('deploy/compose.yaml');
    // The order that depends_on gives.
    for (const name of ['server-b', 'server-a', 'generator']) {
      const service = services[name];
      if (service) await startAsContainer(name, service);
    }
  });
  afterAll(() => closing[Symbol.asyncDispose]());

  it('are healthy by the check of their image, each with its roles (S0-37, S0-38, C32)', async () => {
    expect(Object.keys(urls)).toEqual(['server-b', 'server-a', 'generator']);
    for (const url of Object.values(urls)) {
      const health = await (await fetch(`${url}/health`)).json();
      expect(health).toMatchObject({ status: 'healthy', kafka: 'connected', services: { database: 'healthy' } });
    }
    expect((await fetch(`${urls['server-b']}/settings/interval`)).status).toBe(200);
    expect((await fetch(`${urls['server-a']}/settings/interval`)).status).toBe(404);
  });

  it('bring a moment from the generator by Server B and Server A to a socket (S0-06)', async () => {
    const socket = new WebSocket(`${urls['server-a']?.replace('http', 'ws')}/?streamerId=demo`);
    const messages: { readonly type: string; readonly data?: readonly object[] }[] = [];
    socket.on('message', (text: Buffer) => messages.push(JSON.parse(text.toString())));
    await expect
      .poll(() => messages.find(({ type }) => type === 'significant-moments')?.data?.[0], { timeout: 200_000 })
      .toMatchObject({ emote: expect.any(String), count: expect.any(Number), total: expect.any(Number) });
    expect(messages[0]).toMatchObject({ type: 'connection' });
    socket.close();
  });
});
