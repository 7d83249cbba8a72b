import { PAGE_TEXTS } from '../../callers/index.ts';
import { once } from 'node:events';
import { connect } from 'node:net';
import { ERRORS, SETTINGS_TEXTS } from '@ovation/protocol';
import { SignJWT } from 'jose';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { EventLogError } from '../../ports/event-log.ts';
import { ChannelProblem } from '../../modules/channels/index.ts';
import { fakeMoment } from '../../../test/support/fake-moment.ts';
import { SECRET, startWorld, until, type World } from '../../../test/support/gateway/door-fakes.ts';
import type { Client } from '../../../test/support/gateway/test-client.ts';

let world: World;

beforeEach(async () => {
  world = await startWorld();
});
afterEach(() => world[Symbol.asyncDispose]());

async function greeted(path = '/', headers: Record<string, string> = {}): Promise<Client> {
  const client = world.open(path, [], { headers });
  await until(() => expect(client.texts).toHaveLength(1));
  return client;
}

async function answer(client: Client, message: string): Promise<unknown> {
  const before = client.texts.length;
  client.socket.send(message);
  await until(() => expect(client.texts.length).toBe(before + 1));
  return JSON.parse(client.texts[before] ?? '');
}

const settings = (data: unknown) => JSON.stringify({ type: 'settings', data });

describe('listening', () => {
  it('the first frame is the classic greeting (S0-21), on both paths', async () => {
    for (const path of ['/', '/ws', '/?x=1']) {
      const client = await greeted(path);
      expect(client.texts[0]).toBe('{"type":"connection","message":"Connected to Server A"}');
    }
  });

  it('every open client gets the same moment, with the classic fields and id and rev (S0-22, C9)', async () => {
    const clients = [await greeted('/'), await greeted('/ws'), await greeted('/?streamerId=default')];
    world.emit('default', { y: 'moment', d: fakeMoment() });
    for (const client of clients) {
      await until(() => expect(client.texts).toHaveLength(2));
      expect(client.frames[1]).toEqual({
        type: 'significant-moments',
        data: [
          {
            emote: '🔥',
            timestamp: '2026-01-01T00:00:00.000Z',
            count: 4,
            total: 5,
            ratio: 0.8,
            id: 'm1',
            rev: 1,
          },
        ],
      });
    }
    expect(new Set(clients.map(({ texts }) => texts[1])).size).toBe(1);
  });

  it('only moments of ratio that hold are told, and those of one turn share a frame', async () => {
    const client = await greeted();
    world.emit('default', { y: 'moment', d: fakeMoment({ id: 'a', holds: false }) });
    world.emit('default', { y: 'moment', d: fakeMoment({ id: 'b', detector: 'surge' }) });
    world.emit('default', { y: 'moment', d: fakeMoment({ id: 'c' }) });
    world.emit('default', { y: 'moment', d: fakeMoment({ id: 'd' }) });
    await until(() => expect(client.of('significant-moments')).toHaveLength(1));
    expect(client.frames[1]?.['data']).toMatchObject([{ id: 'c' }, { id: 'd' }]);
  });

  it('streamerId names the channel; what was before the connection is not told again', async () => {
    world.emit('demo', { y: 'moment', d: fakeMoment({ id: 'old' }) });
    const client = await greeted('/ws?streamerId=demo');
    world.emit('default', { y: 'moment', d: fakeMoment({ id: 'elsewhere' }) });
    world.emit('demo', { y: 'moment', d: fakeMoment({ id: 'new' }) });
    await until(() => expect(client.texts).toHaveLength(2));
    expect(client.frames[1]?.['data']).toMatchObject([{ id: 'new' }]);
  });

  it('listening to a channel that does not exist is free and tells when it begins to', async () => {
    const client = await greeted('/?streamerId=nobody-yet');
    expect(world.channels.known.has('nobody-yet')).toBe(false);
    world.emit('nobody-yet', { y: 'moment', d: fakeMoment({ id: 'first' }) });
    await until(() => expect(client.texts).toHaveLength(2));
  });

  it('a streamerId that cannot be one closes with 1008 and a reason', async () => {
    for (const wrong of ['a b', '../x', 'x'.repeat(65), '%F0%9F%94%A5']) {
      const client = world.open(`/?streamerId=${encodeURIComponent(wrong)}`);
      await until(() => expect(client.closed).toBeDefined());
      expect(client.closed).toMatchObject({ code: 1008, reason: expect.stringContaining('streamerId') as string });
      expect(client.texts).toEqual([]);
    }
  });

  it('clients that leave are counted no more (S0-23)', async () => {
    const clients = [await greeted(), await greeted()];
    expect(await world.sockets('classic')).toBe(2);
    clients[0]?.socket.close();
    clients[1]?.socket.terminate();
    await until(async () => expect(await world.sockets('classic')).toBe(0));
    await until(() => expect(world.gateway.connections()).toBe(0));
  });
});

describe('heartbeat (S0-26)', () => {
  it('pings every 30 seconds and keeps who answers', async () => {
    const client = await greeted();
    for (let round = 1; round <= 3; round += 1) {
      world.clock.advance(29_000);
      world.clock.advance(1_000);
      await until(() => expect(client.pings).toBe(round));
      await client.heard();
    }
    expect(client.closed).toBeUndefined();
  });

  it('a peer that missed a pong is removed', async () => {
    const socket = connect(world.port, '127.0.0.1');
    socket.on('error', () => undefined);
    socket.write(
      'GET / HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n' +
        'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n',
    );
    await once(socket, 'data');
    await until(() => expect(world.gateway.connections()).toBe(1));
    const ended = once(socket, 'close');
    world.clock.advance(30_500);
    world.clock.advance(30_500);
    await ended;
    await until(() => expect(world.gateway.connections()).toBe(0));
  });
});

describe('speaking (S0-30, S2-22)', () => {
  it('answers what is not JSON and what has no type and data', async () => {
    const client = await greeted();
    expect(await answer(client, '{"type":')).toEqual({ error: 'Invalid JSON format' });
    for (const wrong of [
      '1',
      'null',
      '[]',
      '"x"',
      '{}',
      '{"type":"settings"}',
      '{"data":{}}',
      '{"type":7,"data":{}}',
    ]) {
      expect(await answer(client, wrong)).toEqual({ error: 'Invalid message format' });
    }
    expect(await answer(client, '{"type":"dance","data":{}}')).toEqual({
      error: 'Invalid message format: type must be one of settings',
    });
    expect(await answer(client, '{"type":"constructor","data":{}}')).toMatchObject({
      error: expect.anything() as string,
    });
  });

  it('an empty streamerId is the default channel, as at the classic addresses (D14)', async () => {
    const client = await greeted('/?streamerId=');
    expect(await answer(client, settings({ interval: 4 }))).toMatchObject({ type: 'settings' });
    expect(world.channels.changes.map(({ channel }) => channel)).toEqual(['default']);
  });

  it('settings are changed and answered; the channel is the one of the connection', async () => {
    const client = await greeted('/?streamerId=fresh');
    expect(await answer(client, settings({ interval: 5, threshold: 0.5, allowedEmotes: ['🔥'] }))).toEqual({
      type: 'settings',
      data: { interval: 5, threshold: 0.5, allowedEmotes: ['🔥'] },
    });
    expect(world.channels.changes).toEqual([
      { channel: 'fresh', patch: { interval: 5, threshold: 0.5, allowedEmotes: ['🔥'] } },
    ]);
    expect(await answer(client, settings({ interval: 7 }))).toMatchObject({ data: { interval: 7, threshold: 0.5 } });
  });

  it('wrong values get the classic sentences and change nothing', async () => {
    const client = await greeted();
    const cases: [unknown, string][] = [
      [{ interval: 'x' }, SETTINGS_TEXTS.interval],
      [{ interval: 0 }, SETTINGS_TEXTS.interval],
      [{ interval: 1001 }, SETTINGS_TEXTS.intervalTooLarge],
      [{ threshold: 1 }, SETTINGS_TEXTS.threshold],
      [{ allowedEmotes: [] }, SETTINGS_TEXTS.allowedEmotes],
      [{ interval: 5, threshold: 2 }, SETTINGS_TEXTS.threshold],
      [{ colour: 'red' }, 'Settings need at least one of interval, threshold, allowedEmotes'],
      [[1], 'Invalid message format'],
      ['x', 'Invalid message format'],
    ];
    for (const [data, error] of cases) expect(await answer(client, settings(data))).toEqual({ error });
    expect(world.channels.changes).toEqual([]);
  });

  it('answers come in the order of the questions', async () => {
    const client = await greeted();
    client.socket.send(settings({ interval: 3 }));
    client.socket.send('{');
    client.socket.send(settings({ interval: 4 }));
    await until(() => expect(client.texts).toHaveLength(4));
    expect(client.frames.slice(1)).toMatchObject([
      { data: { interval: 3 } },
      { error: 'Invalid JSON format' },
      { data: { interval: 4 } },
    ]);
  });

  it('a failure inside is an answer, not a crash', async () => {
    const client = await greeted();
    world.channels.failure = new Error('The database is out');
    expect(await answer(client, settings({ interval: 3 }))).toEqual({ error: 'Internal server error' });
    world.channels.failure = new ChannelProblem('too_many_channels', 'There are too many channels');
    expect(await answer(client, settings({ interval: 3 }))).toEqual({ error: 'There are too many channels' });
  });

  it('a full disk is said as at the other doors, and the probes are told', async () => {
    const client = await greeted();
    world.channels.failure = Object.assign(new Error('could not extend file'), { code: '53100' });
    expect(await answer(client, settings({ interval: 3 }))).toEqual({ error: ERRORS.diskFull.sentence });
    expect(world.diskRefusals).toBe(1);
    world.channels.failure = new EventLogError('unavailable', 'The log is closed');
    expect(await answer(client, settings({ interval: 3 }))).toEqual({ error: ERRORS.unavailable.sentence });
    expect(world.diskRefusals).toBe(1);
  });

  it('a page of another origin gets no socket while settings are open, nor does a foreign name (D3)', async () => {
    const own = `http://127.0.0.1:${world.port}`;
    for (const origin of ['https://elsewhere.example', 'http://localhost:3000', 'null']) {
      const foreign = world.open('/', [], { headers: { origin } });
      await until(() => expect(foreign.refused?.status).toBe(403));
      expect(foreign.refused?.body).toEqual({ error: PAGE_TEXTS.origin });
    }
    const rebound = world.open('/', [], { headers: { host: 'evil.example' } });
    await until(() => expect(rebound.refused?.body).toEqual({ error: PAGE_TEXTS.host }));
    const client = await greeted('/', { origin: own });
    expect(await answer(client, settings({ interval: 3 }))).toMatchObject({ type: 'settings' });
  });

  it('who asks too fast is told so', async () => {
    const client = await greeted();
    for (let i = 0; i < 60; i += 1) client.socket.send('{');
    await until(() => expect(client.texts).toHaveLength(61));
    expect(client.frames.filter(({ error }) => error === 'Too many requests')).toHaveLength(10);
    world.clock.advance(1_000);
    expect(await answer(client, '{')).toEqual({ error: 'Invalid JSON format' });
  });

  it('a long input counts for many', async () => {
    const client = await greeted();
    client.socket.send(`"${'x'.repeat(40_000)}`);
    client.socket.send(`"${'x'.repeat(40_000)}`);
    await until(() => expect(client.texts).toHaveLength(3));
    expect(client.frames.slice(1)).toEqual([{ error: 'Invalid JSON format' }, { error: 'Too many requests' }]);
  });

  it('who does not stop is closed', async () => {
    const client = await greeted();
    for (let i = 0; i < 500; i += 1) client.socket.send('{');
    await until(() => {
      // What it still sends is not read; it is cut off two seconds later.
      world.clock.advance(500);
      expect(client.closed?.code).toBe(4013);
    });
  });
});

describe('tokens', () => {
  const token = (claims: Record<string, unknown>) =>
    new SignJWT(claims)
      .setProtectedHeader({ alg: 'HS256' })
      .setExpirationTime(Math.floor(world.clock.now() / 1000) + 60)
      .sign(new TextEncoder().encode(SECRET));

  it('one that does not verify closes with 1008 Unauthorized, also where settings are open (S2-37)', async () => {
    for (const wrong of ['nonsense', '', 'a.b.c']) {
      const client = world.open(`/?token=${wrong}`);
      await until(() => expect(client.closed).toEqual({ code: 1008, reason: 'Unauthorized' }));
      expect(client.texts).toEqual([]);
    }
  });

  it('in token mode settings need the permission', async () => {
    await world[Symbol.asyncDispose]();
    world = await startWorld('token');
    const without = await greeted('/');
    expect(await answer(without, settings({ interval: 3 }))).toEqual({ error: 'Insufficient permissions' });
    const viewer = await greeted(`/?token=${await token({ id: 'u', role: 'viewer' })}`);
    expect(await answer(viewer, settings({ interval: 3 }))).toEqual({ error: 'Insufficient permissions' });
    const streamer = await token({ id: 'u', role: 'streamer', streamerId: 'mine' });
    const mine = await greeted(`/?streamerId=mine&token=${streamer}`);
    expect(await answer(mine, settings({ interval: 3 }))).toMatchObject({ type: 'settings' });
    const theirs = await greeted(`/?streamerId=theirs&token=${streamer}`);
    expect(await answer(theirs, settings({ interval: 3 }))).toEqual({ error: 'Insufficient permissions' });
    expect(world.channels.known.has('theirs')).toBe(false);
  });
});

describe('upgrades that lead nowhere', () => {
  it('other paths are 404, unknown subprotocols 400, both as JSON', async () => {
    const path = world.open('/elsewhere');
    await until(() => expect(path.refused).toBeDefined());
    expect(path.refused).toMatchObject({ status: 404, body: { error: expect.stringContaining('/ws') as string } });
    const protocol = world.open('/ws', ['chat.v9']);
    await until(() => expect(protocol.refused).toBeDefined());
    expect(protocol.refused).toMatchObject({
      status: 400,
      body: { error: expect.stringContaining('ovation.v1') as string },
      headers: { 'content-type': 'application/json; charset=utf-8' },
    });
  });
});

describe('stopping (S0-25)', () => {
  it('closes every socket with 1012 and refuses new ones', async () => {
    const clients = [await greeted(), await greeted('/?streamerId=demo')];
    const stopped = world.gateway[Symbol.asyncDispose]();
    const late = world.open('/');
    await until(() => expect(late.refused?.status).toBe(503));
    await stopped;
    for (const client of clients) {
      await until(() => expect(client.closed?.code).toBe(1012));
    }
    expect(world.gateway.connections()).toBe(0);
  });
});
