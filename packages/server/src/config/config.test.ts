import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { ConfigError, createConfig } from './config.ts';
import type { Environment } from './names.ts';
import { shownServices } from './shown-services.ts';

function problemsOf(environment: Environment, flags = {}): readonly string[] {
  try {
    createConfig(environment, flags);
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
}

describe('configuration', () => {
  it('starts with the documented defaults when nothing is set (S4-24)', () => {
    expect(createConfig({})).toEqual({
      port: 8080,
      host: '127.0.0.1',
      hostIsLoopback: true,
      dataDir: path.resolve('data'),
      roles: ['api', 'gateway', 'analyzer', 'worker', 'simulator'],
      simulator: 'demo',
      simulatorSeed: undefined,
      retention: {
        feedDays: 7,
        windowDays: 30,
        momentDays: Number.POSITIVE_INFINITY,
        audienceMomentDays: 365,
        deadLetterDays: 30,
        logMegabytes: 64,
      },
      origins: [],
      connections: undefined,
      connectionsPerAddress: 2_000,
      upgradesPerSecond: 1_000,
      drainSeconds: 0,
      settingsAuth: 'open',
      accessTokenSecret: undefined,
      limits: {},
      debug: false,
      services: { kafka: undefined, redis: undefined, postgres: undefined },
      rawTopic: 'raw-emote-data',
      aggregatedTopic: 'aggregated-emote-data',
    });
  });

  it('reports all problems at once', () => {
    const problems = problemsOf({ PORT: '80 80', OVATION_SIMULATOR: 'loud', DEBUG: 'maybe' }, { roles: 'api,chef' });
    expect(problems.map((problem) => problem.split(' ')[0])).toEqual(['--roles', 'PORT', 'OVATION_SIMULATOR', 'DEBUG']);
  });

  it('takes a number of viewers for the demo audience, and says what else there is', () => {
    expect(createConfig({ OVATION_SIMULATOR: '25000' }).simulator).toBe(25_000);
    expect(createConfig({ OVATION_SIMULATOR: 'classic' }).simulator).toBe('classic');
    for (const wrong of ['0', '1000001', '-5', '1e3', 'loud', '']) {
      expect(problemsOf({ OVATION_SIMULATOR: wrong })).toEqual([
        `OVATION_SIMULATOR is "${wrong}": say demo, classic, off or a number of viewers from 1 to 1000000`,
      ]);
    }
  });

  it('takes how many connections there may be, and how long viewers stay when it stops', () => {
    const given = {
      OVATION_CONNECTIONS_PER_ADDRESS: '3',
      OVATION_UPGRADES_PER_SECOND: '50',
      OVATION_DRAIN_SECONDS: '30',
    };
    expect(createConfig(given)).toMatchObject({ connectionsPerAddress: 3, upgradesPerSecond: 50, drainSeconds: 30 });
    expect(problemsOf({ OVATION_CONNECTIONS_PER_ADDRESS: '0', OVATION_DRAIN_SECONDS: '601' })).toEqual([
      'OVATION_CONNECTIONS_PER_ADDRESS is "0": give a whole number from 1 to 1000000',
      'OVATION_DRAIN_SECONDS is "601": give a whole number from 0 to 600',
    ]);
  });

  it('takes limits that are not the usual ones, by name, and refuses others with all names (D16)', () => {
    expect(createConfig({ OVATION_LIMITS: 'default' }).limits).toEqual({});
    expect(createConfig({ OVATION_LIMITS: 'off' }).limits).toBe('off');
    expect(createConfig({ OVATION_LIMITS: 'web=2000/60, login=3/300' }).limits).toEqual({
      web: { limit: 2_000, windowMs: 60_000 },
      login: { limit: 3, windowMs: 300_000 },
    });
    for (const wrong of [
      '',
      'on',
      'web',
      'web=0/60',
      'web=1/0',
      'web=1/86401',
      'web=-1/60',
      'page=1/60',
      'web=1/60,',
      'web=1/60,web=2/60',
    ]) {
      expect(problemsOf({ OVATION_LIMITS: wrong })).toEqual([
        expect.stringContaining('the names are anonymous-api, user-endpoint, web,'),
      ]);
    }
  });

  it('takes origins of pages as browsers write them', () => {
    expect(createConfig({ OVATION_ORIGINS: 'http://localhost:3000, https://a.example' }).origins).toEqual([
      'http://localhost:3000',
      'https://a.example',
    ]);
    for (const wrong of ['localhost:3000', 'http://a.example/', 'null', ',']) {
      expect(problemsOf({ OVATION_ORIGINS: wrong })).toEqual([expect.stringContaining('give origins such as')]);
    }
  });

  it('takes how long things are kept, and nothing below the two days that the analyzer may repeat', () => {
    const given = { OVATION_MOMENT_DAYS: '90', OVATION_WINDOW_DAYS: '2', OVATION_LOG_MEGABYTES: '8' };
    expect(createConfig(given).retention).toMatchObject({ momentDays: 90, windowDays: 2, logMegabytes: 8 });
    const wrong = {
      OVATION_FEED_DAYS: '1',
      OVATION_WINDOW_DAYS: '0',
      OVATION_MOMENT_DAYS: 'for ever',
      OVATION_AUDIENCE_MOMENT_DAYS: '-1',
      OVATION_DEAD_LETTER_DAYS: '3651',
      OVATION_LOG_MEGABYTES: '3',
    };
    expect(problemsOf(wrong)).toEqual([
      'OVATION_LOG_MEGABYTES is "3": give a whole number from 4 to 100000',
      'OVATION_FEED_DAYS is "1": give a whole number of days from 2 to 3650',
      'OVATION_WINDOW_DAYS is "0": give a whole number of days from 2 to 3650',
      'OVATION_MOMENT_DAYS is "for ever": give a whole number of days from 2 to 3650',
      'OVATION_AUDIENCE_MOMENT_DAYS is "-1": give a whole number of days from 2 to 3650',
      'OVATION_DEAD_LETTER_DAYS is "3651": give a whole number of days from 2 to 3650',
    ]);
  });

  it('wants a secret before others can reach it, or the word that it is meant (C33, C23)', () => {
    expect(problemsOf({ OVATION_HOST: '0.0.0.0' })).toEqual([expect.stringContaining('ACCESS_TOKEN_SECRET')]);
    const secret = '0123456789abcdef';
    expect(createConfig({ OVATION_HOST: '0.0.0.0', ACCESS_TOKEN_SECRET: secret }).settingsAuth).toBe('token');
    expect(createConfig({ OVATION_HOST: '0.0.0.0', OVATION_SETTINGS_AUTH: 'open' }).settingsAuth).toBe('open');
    expect(createConfig({ OVATION_HOST: '127.0.0.2' }).settingsAuth).toBe('open');
  });

  it('wants a secret that is not guessed where others can reach it, in either mode', () => {
    for (const OVATION_SETTINGS_AUTH of ['open', 'token']) {
      const given = { OVATION_SETTINGS_AUTH, ACCESS_TOKEN_SECRET: 'a' };
      expect(problemsOf({ ...given, OVATION_HOST: '0.0.0.0' })).toEqual([expect.stringContaining('16 bytes')]);
      expect(problemsOf({ ...given, OVATION_HOST: '127.0.0.1' })).toEqual([]);
    }
    expect(problemsOf({ OVATION_HOST: '::', ACCESS_TOKEN_SECRET: 'é'.repeat(8) })).toEqual([]);
    expect(problemsOf({ OVATION_HOST: '::', ACCESS_TOKEN_SECRET: 'x'.repeat(15) })).toHaveLength(1);
  });

  it('takes KAFKA_TOPIC only with exactly one of simulator and gateway (C32)', () => {
    expect(problemsOf({ KAFKA_TOPIC: 'x' })).toHaveLength(1);
    expect(createConfig({ KAFKA_TOPIC: 'x' }, { roles: 'simulator' }).rawTopic).toBe('x');
    expect(createConfig({ KAFKA_TOPIC_IN: 'in', KAFKA_TOPIC_OUT: 'out' })).toMatchObject({
      rawTopic: 'in',
      aggregatedTopic: 'out',
    });
  });

  it('reads the engines under our names and under the classic ones', () => {
    expect(createConfig({}).services).toEqual({ kafka: undefined, redis: undefined, postgres: undefined });
    const classic = {
      KAFKA_BROKER: 'kafka',
      REDIS_HOST: 'redis',
      REDIS_PASSWORD: 'p',
      DB_HOST: 'db',
      DB_PASSWORD: 'a b',
    };
    expect(createConfig(classic).services).toEqual({
      kafka: { brokers: ['kafka:9092'], replication: 1 },
      redis: {
        mode: 'single',
        nodes: [{ host: 'redis', port: 6_379 }],
        tls: false,
        prefix: 'ovation:',
        database: 0,
        password: 'p',
      },
      postgres: { url: 'postgres://ovation:a%20b@db:5432/ovation', poolSize: 20 },
    });
    const ours = createConfig({
      OVATION_KAFKA_BROKERS: 'a:1,b:2, [::1]:3',
      OVATION_KAFKA_USERNAME: 'app',
      OVATION_KAFKA_PASSWORD: 'secret',
      OVATION_KAFKA_TLS: 'true',
      OVATION_REDIS_URL: 'redis-sentinel://app:s%40t@one,two:7/main',
      OVATION_DATABASE_URL: 'postgres://u:p@db/ovation',
      OVATION_DATABASE_REPLICA_URL: 'postgres://u:p@db2/ovation',
    }).services;
    expect(ours).toMatchObject({
      kafka: {
        brokers: ['a:1', 'b:2', '[::1]:3'],
        replication: 3,
        sasl: { mechanism: 'SCRAM-SHA-512', username: 'app', password: 'secret' },
        tls: {},
      },
      redis: {
        mode: 'sentinel',
        nodes: [
          { host: 'one', port: 26_379 },
          { host: 'two', port: 7 },
        ],
        primaryName: 'main',
        username: 'app',
        password: 's@t',
      },
      postgres: { url: 'postgres://u:p@db/ovation', replicaUrl: 'postgres://u:p@db2/ovation' },
    });
  });

  it('says of every engine what is wrong with its address, without its password', () => {
    const problems = problemsOf({
      OVATION_KAFKA_BROKERS: 'kafka:port',
      OVATION_REDIS_URL: 'http://:hidden@redis',
      OVATION_DATABASE_URL: 'mysql://u:hidden@db/x',
      OVATION_KAFKA_USERNAME: 'app',
      OVATION_KAFKA_TLS: '/no/such/file',
    });
    const about = [
      'OVATION_KAFKA_TLS',
      'name and a password',
      'OVATION_KAFKA_BROKERS',
      'OVATION_REDIS_URL',
      'OVATION_DATABASE_URL',
    ];
    for (const part of about) expect(problems.join('\n')).toContain(part);
    expect(problems.join()).not.toContain('hidden');
  });

  it('refuses options of an engine that is not named instead of ignoring them', () => {
    expect(problemsOf({ REDIS_PORT: '1', DB_NAME: 'x', OVATION_KAFKA_TLS: 'true' })).toEqual([
      'OVATION_KAFKA_TLS is set, but OVATION_KAFKA_BROKERS is not: set it, or unset the others',
      'REDIS_PORT is set, but OVATION_REDIS_URL or REDIS_HOST is not: set it, or unset the others',
      'DB_NAME is set, but OVATION_DATABASE_URL or DB_HOST is not: set it, or unset the others',
    ]);
  });

  it('shows the engines without passwords', () => {
    const { services } = createConfig({
      KAFKA_BROKER: 'kafka',
      OVATION_KAFKA_USERNAME: 'app',
      OVATION_KAFKA_PASSWORD: 'hidden',
      OVATION_REDIS_URL: 'redis://:hidden@redis',
      OVATION_DATABASE_URL: 'postgres://u:hidden@db/x?password=hidden',
    });
    const shown = JSON.stringify(shownServices(services));
    expect(shown).not.toContain('hidden');
    expect(shown).toContain('postgres://u:(set)@db/x');
  });
});
