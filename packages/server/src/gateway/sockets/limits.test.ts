import { gatewayMetrics } from '../metrics.ts';
import { PassThrough, type Duplex } from 'node:stream';
import { channelFeed } from '@ovation/protocol';
import { afterEach, describe, expect, it } from 'vitest';
import { createManualClock } from '../../../test/support/manual-clock.ts';
import { fakeMoment } from '../../../test/support/fake-moment.ts';
import { callerFrom, startWorld, until, type World } from '../../../test/support/gateway/door-fakes.ts';
import { EPOCH } from '../../../test/support/gateway/feed-fakes.ts';
import type { Client, ClientOptions } from '../../../test/support/gateway/test-client.ts';
import { UpgradeGate } from './upgrade-gate.ts';

const FEED = channelFeed('demo');
let world: World;
afterEach(() => world[Symbol.asyncDispose]());

async function welcomed(options: ClientOptions = {}): Promise<{ client: Client; c: number }> {
  const client = await world.open('/ws', ['ovation.v1'], options).opened();
  client.send({ op: 'hello', subs: [{ ch: FEED }] });
  await until(() => expect(client.of('welcome')).toHaveLength(1));
  const subs = client.of('welcome')[0]?.['subs'] as Record<string, { c: number }>;
  return { client, c: subs[FEED]?.c ?? -1 };
}

async function counted(name: 'socketsRefused' | 'slowClosed', reason: string): Promise<number> {
  const { values } = await gatewayMetrics(world.metrics)[name].get();
  return values.find(({ labels }) => labels['reason'] === reason)?.value ?? 0;
}

describe('connections', () => {
  it('beyond the rate of one process are told when to come back', async () => {
    world = await startWorld('open', {
      limits: { connections: 1_000, upgradesPerSecond: 2, connectionsPerAddress: 100 },
    });
    const clients = Array.from({ length: 6 }, () => world.open('/ws', ['ovation.v1']));
    await until(() => expect(clients.filter(({ refused }) => refused)).toHaveLength(2));
    const refused = clients.find((client) => client.refused)?.refused;
    expect(refused).toMatchObject({ status: 503, headers: { 'retry-after': '2' } });
    expect(refused?.body).toEqual({ error: expect.stringContaining('come back') as string });
    expect(await counted('socketsRefused', 'rate')).toBe(2);
    world.clock.advance(2_000);
    await world.open('/ws', ['ovation.v1']).opened();
  });

  it('of one address are limited, those of this machine are not', async () => {
    world = await startWorld();
    const gate = new UpgradeGate(createManualClock(), {
      connections: 1_000,
      upgradesPerSecond: 100,
      connectionsPerAddress: 2,
    });
    const [crowded, other] = [callerFrom('203.0.113.7'), callerFrom('203.0.113.8')];
    const left = gate.entered(crowded);
    gate.entered(crowded);
    expect(gate.refusal(crowded)).toMatchObject({ status: 429, reason: 'address' });
    expect(gate.refusal(other)).toBeUndefined();
    const local = { network: '127.0.0.1', isLocal: true };
    for (let i = 0; i < 5; i += 1) gate.entered(local);
    expect(gate.refusal(local)).toBeUndefined();
    left();
    expect(gate.refusal(crowded)).toBeUndefined();
  });

  it('of one address are limited also as polls: each of them counts as a viewer', async () => {
    world = await startWorld('open', {
      limits: { connections: 1_000, upgradesPerSecond: 2, connectionsPerAddress: 3 },
    });
    const leaving = new AbortController();
    const ask = (address: string, o = 0) =>
      world.gateway.poll({
        feed: world.feed('demo'),
        since: { e: EPOCH, o },
        timeoutMs: 5_000,
        signal: leaving.signal,
        caller: callerFrom(address),
      });
    const waiting = [1, 2, 3].map(() => ask('203.0.113.7'));
    expect(await ask('203.0.113.7')).toMatchObject({ status: 429, reason: 'address' });
    expect(await counted('socketsRefused', 'address')).toBe(1);
    // Another address, and a question that is answered at once.
    expect(await ask('203.0.113.8', 9)).toContain('"recovered":false');
    leaving.abort();
    expect(await Promise.all(waiting)).toEqual([1, 2, 3].map(() => expect.stringContaining('"recovered":true')));
    expect(await ask('203.0.113.7')).toContain('"recovered":true');
  });

  it('of one address are limited also as streams that are opened at once', async () => {
    world = await startWorld('open', {
      limits: { connections: 1_000, upgradesPerSecond: 100, connectionsPerAddress: 3 },
    });
    const peers = Array.from({ length: 5 }, () => new PassThrough());
    const open = (peer: Duplex) =>
      world.gateway.stream({
        feed: world.feed('demo'),
        since: undefined,
        caller: callerFrom('203.0.113.7'),
        headers: {},
        take: () => peer,
      });
    const answers = await Promise.all(peers.map(open));
    expect(answers.map((refusal) => refusal?.reason)).toEqual([undefined, undefined, undefined, 'address', 'address']);
    expect(world.gateway.connections()).toBe(3);
    // One that has gone, and one that went while it was opened, leave their places.
    peers[0]?.destroy();
    await until(() => expect(world.gateway.connections()).toBe(2));
    expect(await open(new PassThrough().destroy())).toBeUndefined();
    const last = new PassThrough();
    expect(await open(last)).toBeUndefined();
    expect(await open(new PassThrough())).toMatchObject({ reason: 'address' });
    // They read nothing, so they would never be over by themselves.
    for (const peer of [...peers, last]) peer.destroy();
  });

  it('of a stopping gateway may stay until the moment that each was told, newcomers are refused', async () => {
    world = await startWorld('open', { drainMs: 30_000 });
    const clients = (await Promise.all(Array.from({ length: 5 }, () => welcomed()))).map(({ client }) => client);
    const stopping = world.gateway[Symbol.asyncDispose]();
    await until(() => expect(clients.every((client) => client.of('sys').length === 1)).toBe(true));
    const delays = clients.map((client) => Number(client.of('sys')[0]?.['after']));
    expect(new Set(delays).size).toBeGreaterThan(1);
    expect(Math.max(...delays)).toBeLessThanOrEqual(30_000);
    const caller = callerFrom('203.0.113.7');
    const poll = { feed: world.feed('demo'), since: undefined, timeoutMs: 1_000, caller };
    // An answer at once would be asked again at once, as long as the draining lasts.
    expect(await world.gateway.poll({ ...poll, signal: AbortSignal.abort() })).toMatchObject({ reason: 'draining' });
    const late = world.open('/ws', ['ovation.v1']);
    await until(() => expect(late.refused).toMatchObject({ status: 503, headers: { 'retry-after': '3' } }));
    world.emit('demo', { y: 'moment', d: fakeMoment() });
    await until(() => expect(clients.every((client) => client.of('ev').length === 1)).toBe(true));
    world.clock.advance(Math.min(...delays) + 500);
    await until(() => expect(clients.filter(({ closed }) => closed?.code === 1012).length).toBeGreaterThan(0));
    world.clock.advance(30_000);
    await until(() => expect(clients.every(({ closed }) => closed?.code === 1012)).toBe(true));
    await stopping;
  });
});

describe('compression', () => {
  it('is agreed on without context where it is offered, and long shared frames use it', async () => {
    world = await startWorld();
    const { client: plain } = await welcomed();
    const { client } = await welcomed({ deflates: true });
    expect(plain.socket.extensions).toBe('');
    expect(client.socket.extensions).toBe('permessage-deflate');
    const display = 'long '.repeat(200);
    for (const id of ['a', 'b']) world.emit('demo', { y: 'moment', d: fakeMoment({ id, display }) });
    world.emit('demo', { y: 'settings', d: { interval: 1, threshold: 0.5, allowedEmotes: ['🔥'], version: 1 } });
    await until(() => expect(client.of('ev')).toHaveLength(3));
    await until(() => expect(plain.of('ev')).toHaveLength(3));
    expect(client.of('ev')).toEqual(plain.of('ev'));
    expect(client.of('ev')[1]).toMatchObject({ d: { id: 'b', display } });
  });
});

describe('a connection that is far behind', () => {
  it('by its own word is held, asked again, and given what it missed when it has caught up', async () => {
    world = await startWorld();
    const { client, c } = await welcomed();
    const emit = (id: string) => world.emit('demo', { y: 'moment', d: fakeMoment({ id }) });
    emit('a');
    await until(() => expect(client.of('ev')).toHaveLength(1));
    world.clock.advance(10_001);
    client.send({ op: 'pong', pos: { [c]: 0 } });
    await client.heard();
    emit('b');
    emit('c');
    await client.heard();
    expect(client.of('ev')).toHaveLength(1);
    world.clock.advance(3_000);
    await until(() => expect(client.of('ping')).toHaveLength(1));
    client.send({ op: 'pong', pos: { [c]: 1 } });
    await client.heard();
    world.clock.advance(500);
    await until(() => expect(client.of('ev').map(({ o }) => o)).toEqual([1, 2, 3]));
    expect(client.of('gap')).toEqual([]);
  });

  it('and stays behind is closed with 4008, counted', async () => {
    world = await startWorld();
    const { client, c } = await welcomed();
    world.emit('demo', { y: 'moment', d: fakeMoment() });
    await until(() => expect(client.of('ev')).toHaveLength(1));
    world.clock.advance(10_001);
    client.send({ op: 'pong', pos: { [c]: 0 } });
    await client.heard();
    world.emit('demo', { y: 'moment', d: fakeMoment({ rev: 2 }) });
    await client.heard();
    for (let i = 0; i < 22; i += 1) {
      world.clock.advance(500);
      client.send({ op: 'pong', pos: { [c]: 0 } });
      await client.heard();
    }
    await until(() => expect(client.closed?.code).toBe(4008));
    expect(await counted('slowClosed', 'stale')).toBe(1);
  });
});

describe('a keyframe', () => {
  it('says every five seconds what the minute has so far', async () => {
    world = await startWorld();
    const { client } = await welcomed();
    const minute = Date.UTC(2026, 0, 1);
    const tally = (n: number, v: number) =>
      world.bus.publish('tally:demo', { boot: 'a', channel: 'demo', minute, v, counts: { 'unicode:1f525': n } });
    tally(3, 1);
    await until(() => expect(client.of('tick')).toHaveLength(1));
    world.clock.advance(1_000);
    tally(5, 2);
    await until(() => expect(client.of('tick')).toHaveLength(2));
    world.clock.advance(5_000);
    tally(6, 3);
    await until(() => expect(client.of('tick')).toHaveLength(3));
    expect(client.of('tick').map(({ tot }) => tot)).toEqual([
      { m: minute, t: [[7, 3]] },
      undefined,
      { m: minute, t: [[7, 6]] },
    ]);
  });
});
