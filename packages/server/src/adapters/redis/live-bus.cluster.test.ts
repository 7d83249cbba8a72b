import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { describeLiveBusContract } from '../../../test/contracts/live-bus.contract.ts';
import {
  CAREFUL,
  redisServiceOf,
  type RunningRedis,
  type RunningRedisCluster,
  type RunningSentinels,
  startRedis,
  startRedisCluster,
  startRedisSentinels,
} from '../../../test/services/redis.ts';
import { pause } from '../../../test/services/service.ts';
import type { RedisService } from '../../config/services.ts';
import type { LiveBus } from '../../ports/live-bus.ts';
import { silentLogger } from '../../telemetry/logger.ts';
import { createSystemClock } from '../system/clock.ts';
import { openRedisLiveBus, type RedisLiveBus } from './live-bus.ts';
import { slotOf } from './slot.ts';

const home = mkdtempSync(path.join(tmpdir(), 'ovation-redis-bus-'));
const clock = createSystemClock();
const logger = silentLogger();
const toStop: AsyncDisposable[] = [];
afterAll(async () => {
  await Promise.all(toStop.map((server) => server[Symbol.asyncDispose]()));
  rmSync(home, { recursive: true, force: true });
});

const open = (service: RedisService) => openRedisLiveBus({ service, clock, logger });

let opened = 0;

/** Two processes as one bus: what one publishes, the other hears, so that all of the contract goes through Redis. */
async function openPair(service: RedisService): Promise<LiveBus> {
  const own = { ...service, prefix: `${service.prefix}${opened++}:` };
  const publisher = await open(own);
  const subscriber = await open(own);
  return {
    publish: (subject, message) => publisher.publish(subject, message),
    subscribe: (subject, listener) => subscriber.subscribe(subject, listener),
    async [Symbol.asyncDispose]() {
      await publisher[Symbol.asyncDispose]();
      await subscriber[Symbol.asyncDispose]();
    },
  };
}

let cluster: RunningRedisCluster;
beforeAll(async () => {
  cluster = await startRedisCluster(path.join(home, 'cluster'));
  toStop.push(cluster);
});

const single = () => redisServiceOf(inject('engines').redis);
describeLiveBusContract('Redis, within one process,', () => open({ ...single(), prefix: `${opened++}:` }));
describeLiveBusContract('Redis between two processes', () => openPair(single()));
// The contract takes a last message of another subject for the end of all. What braces hold together lies on one node, where
// subjects do not overtake each other.
describeLiveBusContract('a Redis cluster between two processes', () =>
  openPair({ ...cluster.service, prefix: `{all of ${opened++}}:` }),
);

/** Publishes from one bus until another hears it: how long an outage lasts is nothing that a test may know. */
async function untilHeard(publisher: LiveBus, subscriber: LiveBus, subject: string): Promise<void> {
  const word = `word-${opened++}`;
  let isHeard = false;
  using _listening = await subscriber.subscribe(subject, (message) => {
    isHeard ||= message === word;
  });
  while (!isHeard) {
    publisher.publish(subject, word);
    await pause(20);
  }
}

/** Counts of one subject, as a subscriber that came before the outage hears them. */
async function listen(bus: LiveBus, subject: string) {
  const heard: unknown[] = [];
  await bus.subscribe(subject, (message) => heard.push(message));
  return {
    heard,
    until: async (word: string, publish: () => void) => {
      while (!heard.includes(word)) {
        publish();
        await pause(20);
      }
    },
  };
}

describe('a bus over one Redis that fails', () => {
  let server: RunningRedis;
  let one: RedisLiveBus;
  let other: RedisLiveBus;
  beforeAll(async () => {
    server = await startRedis(path.join(home, 'failing'));
    one = await open(server.service);
    other = await open(server.service);
    toStop.push(one, other, server);
  });

  it('works for a careful account, and says which right is missing outside of its prefix', async () => {
    await using bus = await openPair({ ...server.service, ...CAREFUL });
    await untilHeard(bus, bus, 'a');
    await using refused = await open({ ...server.service, ...CAREFUL, prefix: 'foreign:' });
    refused.publish('a', 1);
    while (refused.status().state !== 'refused') await pause(20);
    expect(refused.status()).toMatchObject({ reason: expect.stringContaining('does not allow this user') });
  });

  it.each([
    ['a wrong password', { password: 'wrong' }, 'does not take this user name and password'],
    ['no password', { password: undefined }, 'asks for a password'],
  ])('opens with %s, and says what is wrong', async (_name, change, reason) => {
    const { password: _right, ...rest } = server.service;
    const service = { ...rest, ...(change.password !== undefined && { password: change.password }) };
    await using bus = await open(service);
    expect(bus.status()).toMatchObject({ state: 'refused', reason: expect.stringContaining(reason) });
    expect(JSON.stringify(bus.status())).not.toContain('wrong"');
    const { heard } = await listen(bus, 'own');
    bus.publish('own', 'heard without Redis');
    while (heard.length === 0) await pause(5);
    expect(heard).toEqual(['heard without Redis']);
  });

  it('subscribes anew by itself after a kill', async () => {
    const { heard, until } = await listen(other, 'killed');
    await until('before', () => one.publish('killed', 'before'));
    await server.signal('SIGKILL');
    one.publish('killed', 'lost');
    await server.startAgain();
    await until('after', () => one.publish('killed', 'after'));
    expect(heard).not.toContain('lost');
    expect(one.dropped()).toBeGreaterThan(0);
    while (one.status().state !== 'up') await pause(20);
  });

  it('goes on after it was frozen, and neither blocks nor collects meanwhile', async () => {
    const { until } = await listen(other, 'frozen');
    await until('before', () => one.publish('frozen', 'before'));
    const droppedBefore = one.dropped();
    await server.signal('SIGSTOP');
    const text = 'x'.repeat(10_000);
    let longest = 0;
    for (let n = 0; n < 20_000; n++) {
      const started = performance.now();
      one.publish('frozen', text);
      longest = Math.max(longest, performance.now() - started);
      if (n % 100 === 0) await pause(1);
    }
    // 200 MB were published: all but what the first moments took was dropped.
    expect(one.dropped() - droppedBefore).toBeGreaterThan(15_000);
    expect(longest).toBeLessThan(1_000);
    await server.signal('SIGCONT');
    await until('after', () => one.publish('frozen', 'after'));
  });

  it('is frozen for longer than a connection may be silent, and hears again', async () => {
    const { until } = await listen(other, 'long');
    await server.signal('SIGSTOP');
    await pause(5_000);
    const started = performance.now();
    using _late = await other.subscribe('came while it was away', () => undefined);
    expect(performance.now() - started).toBeLessThan(2_000);
    await server.signal('SIGCONT');
    await until('after', () => one.publish('long', 'after'));
    await untilHeard(one, other, 'came while it was away');
  });

  it('shares one subscription of Redis between listeners, and ends it with the last', async () => {
    await using admin = new Admin(server.address);
    const subscribers = () => admin.subscribers('shared');
    const first = await one.subscribe('shared', () => undefined);
    const second = await one.subscribe('shared', () => undefined);
    expect(await subscribers()).toBe(1);
    first[Symbol.dispose]();
    expect(await subscribers()).toBe(1);
    second[Symbol.dispose]();
    while ((await subscribers()) !== 0) await pause(5);
    using _again = await one.subscribe('shared', () => undefined);
    expect(await subscribers()).toBe(1);
  });

  it('leaves out what is no message of ours', async () => {
    await using admin = new Admin(server.address);
    const { heard, until } = await listen(other, 'foreign');
    await admin.publish('foreign', 'no JSON at all, and longer than a name');
    await admin.publish('foreign', '');
    await until('after', () => one.publish('foreign', 'after'));
    expect(new Set(heard)).toEqual(new Set(['after']));
  });
});

class Admin implements AsyncDisposable {
  readonly #client: Redis;
  constructor(address: string) {
    this.#client = new Redis(address);
  }
  async subscribers(channel: string): Promise<number> {
    const [, count] = await this.#client.pubsub('NUMSUB', channel);
    return Number(count);
  }
  async publish(channel: string, text: string): Promise<void> {
    await this.#client.publish(channel, text);
  }
  async [Symbol.asyncDispose](): Promise<void> {
    this.#client.disconnect();
  }
}

/** Gives a slot without keys to another node of the cluster. */
async function moveSlot(slot: number): Promise<void> {
  const clients = cluster.nodes.map(({ address }) => new Redis(address));
  const ids = await Promise.all(clients.map((client) => client.cluster('MYID')));
  const [ranges] = await Promise.all(clients.map((client) => client.cluster('SLOTS')));
  const holds = ids.map((id) => ranges?.some(([from, to, node]) => from <= slot && slot <= to && node?.[2] === id));
  const source = holds.indexOf(true);
  const target = (source + 1) % ids.length;
  await clients[target]?.cluster('SETSLOT', slot, 'IMPORTING', String(ids[source]));
  await clients[source]?.cluster('SETSLOT', slot, 'MIGRATING', String(ids[target]));
  for (const client of [clients[target], clients[source]])
    await client?.cluster('SETSLOT', slot, 'NODE', String(ids[target]));
  for (const client of clients) client.disconnect();
}

describe('a bus over a cluster', () => {
  const subjects = Array.from({ length: 12 }, (_, n) => `room-${n}`);

  it('hears all subjects while a node is killed and frozen, as far as the others have them, and then all again', async () => {
    await using one = await open(cluster.service);
    await using other = await open(cluster.service);
    const listening = await Promise.all(subjects.map((subject) => listen(other, subject)));
    const everywhere = (word: string) =>
      Promise.all(listening.map(({ until }, n) => until(word, () => one.publish(subjects[n] ?? '', word))));
    await everywhere('before');
    const [node] = cluster.nodes;
    await node?.signal('SIGKILL');
    // Twelve rooms lie on all three nodes; eight or so are not on this one.
    while (listening.filter(({ heard }) => heard.includes('while it is dead')).length < 4) {
      for (const subject of subjects) one.publish(subject, 'while it is dead');
      await pause(20);
    }
    await node?.startAgain();
    await everywhere('after');
    await node?.signal('SIGSTOP');
    await pause(4_000);
    await node?.signal('SIGCONT');
    await everywhere('after it was frozen');
    while (one.status().state !== 'up') await pause(50);
    expect(one.dropped()).toBeGreaterThan(0);
  });

  it('follows a slot that moves to another node', async () => {
    await using one = await open(cluster.service);
    await using other = await open(cluster.service);
    const { heard, until } = await listen(other, 'moving');
    await until('before', () => one.publish('moving', 'before'));
    await moveSlot(slotOf('moving'));
    await until('after', () => one.publish('moving', 'after'));
    expect(heard).toContain('after');
  });
});

describe('a bus over a primary that sentinels watch', () => {
  let sentinels: RunningSentinels;
  beforeAll(async () => {
    sentinels = await startRedisSentinels(path.join(home, 'sentinels'));
    toStop.push(sentinels);
  });

  it('goes on over the replica when the primary dies', async () => {
    await using one = await open(sentinels.service);
    await using other = await open(sentinels.service);
    const { until } = await listen(other, 'room');
    await until('before', () => one.publish('room', 'before'));
    await sentinels.primary.signal('SIGKILL');
    await until('after', () => one.publish('room', 'after'));
    while (one.status().state !== 'up') await pause(50);
    expect(one.status()).toEqual({ state: 'up' });
  });
});
