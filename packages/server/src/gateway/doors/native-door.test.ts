import type { ServerFrame } from '@ovation/protocol';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fakeMoment } from '../../../test/support/fake-moment.ts';
import { startWorld, until, type World } from '../../../test/support/gateway/door-fakes.ts';
import type { Client } from '../../../test/support/gateway/test-client.ts';
import { EPOCH } from '../../../test/support/gateway/feed-fakes.ts';
import { gatewayMetrics } from '../metrics.ts';

const FIRE = 'unicode:1f525';
let world: World;

beforeEach(async () => {
  world = await startWorld();
});
afterEach(() => world[Symbol.asyncDispose]());

type Welcome = Extract<ServerFrame, { k: 'welcome' }>;

async function welcomed(channels: string[] = ['demo']): Promise<{ client: Client; welcome: Welcome }> {
  const client = await world.open('/ws', ['ovation.v1']).opened();
  client.send({ op: 'hello', sdk: 'test', subs: channels.map((name) => ({ ch: `channel:${name}` })) });
  await until(() => expect(client.of('welcome')).toHaveLength(1));
  // The test reads what the frame's type says; the assertions check it.
  return { client, welcome: client.of('welcome')[0] as unknown as Welcome };
}

function numberOf(welcome: Welcome, channel = 'demo'): number {
  const reply = welcome.subs[`channel:${channel}`];
  if (!reply || !('c' in reply)) throw new Error(`No reply for ${channel}`);
  return reply.c;
}

/** What one process counted of `demo` in the first minute. */
function tally(counts: Record<string, number>, v: number, boot = 'boot-a') {
  world.bus.publish('tally:demo', { boot, channel: 'demo', minute: Date.UTC(2026, 0, 1), v, counts });
}

describe('hello', () => {
  it('answers with limits and a snapshot of each channel at its position', async () => {
    world.store.append('channel:demo', { y: 'moment', d: fakeMoment() });
    world.moments.push(fakeMoment());
    const { client, welcome } = await welcomed();
    expect(client.socket.protocol).toBe('ovation.v1');
    expect(welcome).toMatchObject({
      ping: 25,
      now: world.clock.now(),
      limits: { reactPerSecond: 20, reactBurst: 40 },
      subs: {
        'channel:demo': {
          e: EPOCH,
          o: 1,
          recovered: false,
          snap: {
            settings: { interval: 30, threshold: 0.3, version: 0 },
            moments: [{ id: 'm1', rev: 1 }],
            series: { bins: [] },
            occ: 1,
            broadcast: null,
          },
        },
      },
    });
    const reply = welcome.subs['channel:demo'];
    const emotes = reply && 'snap' in reply ? reply.snap.emotes : [];
    expect(emotes.map(({ d }) => d)).toEqual(['😀', '😡', '😢', '😮', '❤️', '👍', '👎', '🔥']);
  });

  it('says which channels do not exist', async () => {
    const { welcome } = await welcomed(['demo', 'nobody']);
    expect(welcome.subs['channel:nobody']).toMatchObject({ code: 102 });
    expect(welcome.subs['channel:demo']).toMatchObject({ o: 0 });
  });

  it('is missed after ten seconds', async () => {
    const client = await world.open('/', ['ovation.v1']).opened();
    world.clock.advance(9_000);
    expect(client.closed).toBeUndefined();
    world.clock.advance(1_500);
    await until(() => expect(client.closed?.code).toBe(4102));
  });

  it('frames that come before the welcome wait for it, in order', async () => {
    const client = await world.open('/', ['ovation.v1']).opened();
    client.send({ op: 'hello' }, { op: 'sub', id: 1, ch: 'channel:demo' }, { op: 'unsub', id: 2, ch: 'channel:none' });
    await until(() => expect(client.of('ok')).toHaveLength(2));
    expect(client.frames[0]).toMatchObject({ k: 'welcome' });
  });
});

describe('subscriptions', () => {
  it('sub answers a snapshot, unsub ends it', async () => {
    const { client } = await welcomed([]);
    client.send({ op: 'sub', id: 7, ch: 'channel:demo' });
    await until(() => expect(client.of('ok')).toHaveLength(1));
    expect(client.of('ok')[0]).toMatchObject({ id: 7, sub: { o: 0, recovered: false } });
    world.emit('demo', { y: 'moment', d: fakeMoment() });
    await until(() => expect(client.of('ev')).toHaveLength(1));
    client.send({ op: 'unsub', id: 8, ch: 'channel:demo' });
    await until(() => expect(client.of('ok')).toHaveLength(2));
    world.emit('demo', { y: 'moment', d: fakeMoment({ rev: 2 }) });
    client.send({ op: 'sub', id: 9, ch: 'channel:demo' });
    await until(() => expect(client.of('ok')).toHaveLength(3));
    expect(client.of('ev')).toHaveLength(1);
    expect(client.of('ok')[2]).toMatchObject({ sub: { o: 2, snap: { moments: [{ rev: 2 }] } } });
  });

  it('refuses unknown channels, other feeds and a 33rd channel', async () => {
    const names = Array.from({ length: 32 }, (_, i) => `c${i}`);
    for (const name of names) world.channels.known.add(name);
    const { client, welcome } = await welcomed(names);
    expect(Object.values(welcome.subs).every((reply) => 'c' in reply)).toBe(true);
    client.send({ op: 'sub', id: 1, ch: 'channel:demo' });
    await until(() => expect(client.of('err')).toHaveLength(1));
    client.send({ op: 'unsub', id: 2, ch: 'channel:c0' }, { op: 'sub', id: 3, ch: 'room:demo' });
    await until(() => expect(client.of('err')).toHaveLength(2));
    client.send({ op: 'sub', id: 4, ch: 'channel:nobody' });
    await until(() => expect(client.of('err')).toHaveLength(3));
    expect(client.of('err').map(({ id, code }) => [id, code])).toEqual([
      [1, 107],
      [3, 102],
      [4, 102],
    ]);
  });

  it('says "not now" when the store is down, and works again afterwards', async () => {
    const { client } = await welcomed([]);
    world.store.isDown = true;
    client.send({ op: 'sub', id: 1, ch: 'channel:demo' });
    await until(() => expect(client.of('err')).toHaveLength(1));
    expect(client.of('err')[0]).toMatchObject({ id: 1, code: 154, retry: true, after: 2_000 });
    world.store.isDown = false;
    client.send({ op: 'sub', id: 2, ch: 'channel:demo' });
    await until(() => expect(client.of('ok')).toHaveLength(1));
  });

  it('a client that lost count may subscribe again and gets a fresh snapshot under the same number', async () => {
    const { client, welcome } = await welcomed();
    world.emit('demo', { y: 'moment', d: fakeMoment() });
    client.send({ op: 'sub', id: 1, ch: 'channel:demo' });
    await until(() => expect(client.of('ok')).toHaveLength(1));
    expect(client.of('ok')[0]).toMatchObject({ sub: { c: numberOf(welcome), o: 1 } });
  });
});

describe('ordered events', () => {
  it('arrive in order with their offsets, and newcomers get them in the snapshot instead', async () => {
    const { client, welcome } = await welcomed();
    world.emit('demo', { y: 'moment', d: fakeMoment() });
    world.emit('demo', { y: 'settings', d: { interval: 5, threshold: 0.5, allowedEmotes: ['🐸'], version: 1 } });
    world.emit('demo', { y: 'moment', d: fakeMoment({ rev: 2, final: true }) });
    const second = await welcomed();
    await until(() => expect(client.of('ev')).toHaveLength(3));
    expect(client.of('ev').map(({ c, o, y }) => [c, o, y])).toEqual([
      [numberOf(welcome), 1, 'moment'],
      [numberOf(welcome), 2, 'settings'],
      [numberOf(welcome), 3, 'moment'],
    ]);
    expect(second.client.of('ev')).toEqual([]);
    expect(second.welcome.subs['channel:demo']).toMatchObject({
      o: 3,
      snap: { settings: { interval: 5, version: 1 }, moments: [{ rev: 2, final: true }] },
    });
    // The newly allowed emote can be named by ticks from now on.
    await until(() => expect(client.of('table').at(-1)?.['emotes']).toContainEqual({ k: 'unicode:1f438', d: '🐸' }));
  });

  it('a broadcast is part of the snapshot while it is live', async () => {
    await welcomed();
    const broadcast = {
      id: 'b1',
      channel: 'demo',
      title: 'Launch',
      startedAt: '2026-01-01T00:00:00.000Z',
      endedAt: null,
    };
    world.emit('demo', { y: 'broadcast', d: broadcast });
    expect((await welcomed()).welcome.subs['channel:demo']).toMatchObject({ snap: { broadcast: { id: 'b1' } } });
    world.emit('demo', { y: 'broadcast', d: { ...broadcast, endedAt: '2026-01-01T01:00:00.000Z' } });
    expect((await welcomed()).welcome.subs['channel:demo']).toMatchObject({ snap: { broadcast: null } });
  });

  it('after entries are lost the gap comes with the new position, and the next snapshot is up to date', async () => {
    const { client } = await welcomed();
    for (let i = 0; i < 301; i += 1) world.store.append('channel:demo', {});
    world.moments.push(fakeMoment({ id: 'after the gap' }));
    world.emit('demo', { y: 'moment', d: fakeMoment({ id: 'lost as well' }) });
    world.clock.advance(100);
    await until(() => expect(client.of('gap')).toHaveLength(1));
    expect(client.of('gap')[0]).toMatchObject({ pos: { e: EPOCH, o: 302 } });
    client.send({ op: 'sub', id: 1, ch: 'channel:demo' });
    await until(() => expect(client.of('ok')).toHaveLength(1));
    expect(client.of('ok')[0]).toMatchObject({ sub: { o: 302, snap: { moments: [{ id: 'after the gap' }] } } });
  });
});

describe('ticks', () => {
  it('the first tally after silence comes at once, the rest five times a second, as differences', async () => {
    const { client, welcome } = await welcomed();
    const c = numberOf(welcome);
    tally({ [FIRE]: 3 }, 1);
    await until(() => expect(client.of('tick')).toHaveLength(1));
    expect(client.of('tick')[0]).toMatchObject({ c, s: 1, at: world.clock.now(), t: [[7, 3]] });
    tally({ [FIRE]: 4 }, 2);
    tally({ [FIRE]: 9, 'unicode:2764': 1 }, 3);
    world.clock.advance(199);
    expect(client.of('tick')).toHaveLength(1);
    world.clock.advance(1);
    await until(() => expect(client.of('tick')).toHaveLength(2));
    expect(client.of('tick')[1]).toMatchObject({
      s: 2,
      t: [
        [7, 6],
        [4, 1],
      ],
    });
  });

  it('an emote that is new comes with a table before the tick that names it, shown by its alias', async () => {
    world.channels.names = new Map([['twitch:25', 'Kappa']]);
    const { client } = await welcomed();
    tally({ 'twitch:25': 2 }, 1);
    await until(() => expect(client.of('tick')).toHaveLength(1));
    const kinds = client.frames.map(({ k }) => k);
    expect(kinds.indexOf('table')).toBeLessThan(kinds.indexOf('tick'));
    expect(client.of('table')[0]?.['emotes']).toContainEqual({ k: 'twitch:25', d: 'Kappa' });
    expect(client.of('tick')[0]?.['t']).toEqual([[8, 2]]);
  });

  it('a name that is remembered later is told later', async () => {
    const { client } = await welcomed();
    tally({ '7tv:abc': 2 }, 1);
    await until(() => expect(client.of('table').at(-1)?.['emotes']).toContainEqual({ k: '7tv:abc', d: 'abc' }));
    world.channels.names = new Map([['7tv:abc', 'catJAM']]);
    world.clock.advance(2_000);
    await until(() => expect(client.of('table').at(-1)?.['emotes']).toContainEqual({ k: '7tv:abc', d: 'catJAM' }));
  });

  it('a newcomer gets the chart so far, and series and ticks together count every reaction once', async () => {
    const first = await welcomed();
    tally({ [FIRE]: 3 }, 1);
    await until(() => expect(first.client.of('tick')).toHaveLength(1));
    tally({ [FIRE]: 5 }, 2);
    const second = await welcomed();
    const reply = second.welcome.subs['channel:demo'];
    const series = reply && 'snap' in reply ? reply.snap.series : undefined;
    expect(series).toEqual({ from: world.clock.now() / 1000, bins: [[[7, 3]]] });
    world.clock.advance(200);
    await until(() => expect(second.client.of('tick')).toHaveLength(1));
    expect(second.client.of('tick')[0]?.['t']).toEqual([[7, 2]]);
  });

  it('viewers are counted over all gateways that are heard, and told when the number changes', async () => {
    const { client } = await welcomed();
    world.bus.publish('occupancy:demo', { boot: 'another', n: 40, ask: false });
    world.clock.advance(1_000);
    await until(() => expect(client.of('tick').at(-1)?.['occ']).toBe(41));
    const second = await welcomed();
    expect(second.welcome.subs['channel:demo']).toMatchObject({ snap: { occ: 42 } });
    second.client.socket.terminate();
    await until(() => expect(world.gateway.connections()).toBe(1));
    // The other gateway falls silent.
    world.clock.advance(30_000);
    await until(() => expect(client.of('tick').at(-1)?.['occ']).toBe(1));
  });

  it('viewers are told when nothing of their channel is analysed, and when it is again (D1)', async () => {
    const { client } = await welcomed();
    const said = () =>
      client
        .of('tick')
        .map((tick) => tick['stalled'])
        .filter((stalled) => stalled !== undefined);
    world.secondsStill = 10;
    world.clock.advance(1_000);
    await until(() => expect(said()).toEqual([true]));
    const second = await welcomed();
    expect(second.welcome.subs['channel:demo']).toMatchObject({ snap: { stalled: true } });
    world.secondsStill = 0;
    world.clock.advance(1_000);
    await until(() => expect(said()).toEqual([true, false]));
    const third = await welcomed();
    expect(JSON.stringify(third.welcome.subs)).not.toContain('stalled');
  });
});

describe('react', () => {
  it('is counted with its channel, emote key and reactor', async () => {
    const { client, welcome } = await welcomed();
    const c = numberOf(welcome);
    client.send({ op: 'react', c, e: '❤️', n: 3 }, { op: 'react', c, e: 'twitch:25' });
    await until(() => expect(world.counted).toHaveLength(2));
    expect(world.counted).toEqual([
      { channel: 'demo', key: 'unicode:2764', n: 3, reactor: welcome.conn },
      { channel: 'demo', key: 'twitch:25', n: 1, reactor: welcome.conn },
    ]);
  });

  it('four frames a second of a held emote are all taken', async () => {
    const { client, welcome } = await welcomed();
    for (let i = 0; i < 40; i += 1) {
      client.send({ op: 'react', c: numberOf(welcome), e: '🔥', n: 5 });
      await until(() => expect(world.counted).toHaveLength(i + 1));
      world.clock.advance(250);
    }
    expect(client.of('err')).toEqual([]);
  });

  it('what is too fast is dropped, and the refusal says when to try again', async () => {
    const { client, welcome } = await welcomed();
    const frames = Array.from({ length: 10 }, () => ({ op: 'react', c: numberOf(welcome), e: '🔥', n: 20 }));
    client.send(...frames);
    await until(() => expect(client.of('err')).toHaveLength(1));
    expect(client.of('err')[0]).toMatchObject({ code: 151, retry: true, after: expect.any(Number) as number });
    expect(world.counted).toHaveLength(3);
    world.clock.advance(Number(client.of('err')[0]?.['after']));
    client.send(...frames.slice(0, 1));
    await until(() => expect(world.counted).toHaveLength(4));
  });

  it('unknown numbers and what is no emote are refused and not counted', async () => {
    const { client, welcome } = await welcomed();
    client.send({ op: 'react', c: 999, e: '🔥' });
    await until(() => expect(client.of('err')).toHaveLength(1));
    world.clock.advance(250);
    client.send({ op: 'react', c: numberOf(welcome), e: 'not one word' });
    await until(() => expect(client.of('err')).toHaveLength(2));
    expect(client.of('err').map(({ code }) => code)).toEqual([102, 100]);
    expect(world.counted).toEqual([]);
  });
});

describe('manners', () => {
  it('pings after 25 seconds; any frame is an answer, silence closes', async () => {
    const { client } = await welcomed([]);
    world.clock.advance(25_000);
    await until(() => expect(client.of('ping')).toHaveLength(1));
    client.send({ op: 'unsub', id: 1, ch: 'channel:x' });
    await until(() => expect(client.of('ok')).toHaveLength(1));
    world.clock.advance(25_000);
    await until(() => expect(client.of('ping')).toHaveLength(2));
    world.clock.advance(10_500);
    await until(() => expect(client.closed?.code).toBe(4009));
  });

  it('malformed frames are answered with 100, three of them close', async () => {
    const { client } = await welcomed([]);
    client.socket.send('{');
    await until(() => expect(client.of('err')).toHaveLength(1));
    client.send({ op: 'react', c: 'x', e: '🔥' });
    await until(() => expect(client.of('err')).toHaveLength(2));
    client.send({ op: 'sub', id: 5, ch: '' });
    await until(() => expect(client.closed?.code).toBe(4101));
    expect(client.of('err').map(({ code }) => code)).toEqual([100, 100, 100]);
    expect(client.of('err')[2]).toMatchObject({ id: 5 });
  });

  it('an op that we do not know yet is answered with 104 and does no harm', async () => {
    const { client } = await welcomed([]);
    for (let i = 0; i < 5; i += 1) client.send({ op: 'pub', id: i });
    await until(() => expect(client.of('err')).toHaveLength(5));
    expect(client.of('err')[4]).toMatchObject({ id: 4, code: 104 });
    expect(client.closed).toBeUndefined();
  });

  it('a frame over 16 KB is refused with 106, one over 64 KB ends the connection', async () => {
    const { client } = await welcomed([]);
    client.socket.send(' '.repeat(16_385));
    await until(() => expect(client.of('err')).toMatchObject([{ code: 106 }]));
    client.socket.send(' '.repeat(65_537));
    await until(() => expect(client.closed?.code).toBe(1009));
  });

  it('who does not read is closed with 4008 while others go on (slow consumer)', async () => {
    const slow = await welcomed();
    const { client } = await welcomed();
    slow.client.socket.pause();
    const before = world.gateway.connections();
    const display = 'x'.repeat(262_144);
    for (let i = 0; i < 400 && world.gateway.connections() === before; i += 1) {
      world.emit('demo', { y: 'moment', d: fakeMoment({ id: `m${i}`, display }) });
      await until(() => expect(client.of('ev').length).toBe(i + 1));
      client.texts.length = 0;
      client.texts.push(...Array.from({ length: i + 1 }, () => '{"k":"ev"}'));
      // How much the kernel takes for it differs; until it has had enough, nobody may be closed for missing a ping.
      for (const one of [client, slow.client]) one.send({ op: 'pong' });
      await client.heard();
      world.clock.advance(1_000);
    }
    expect(world.gateway.connections()).toBe(before - 1);
    const { values } = await gatewayMetrics(world.metrics).socketsClosed.get();
    expect(values.filter(({ labels }) => labels.code === '4008')).toMatchObject([{ value: 1 }]);
  });

  it('a flood is closed with 4013', async () => {
    const { client } = await welcomed([]);
    for (let i = 0; i < 30; i += 1) client.send(...Array.from({ length: 20 }, () => ({ op: 'pong' })));
    await until(() => {
      // What it still sends is not read; it is cut off two seconds later.
      world.clock.advance(500);
      expect(client.closed?.code).toBe(4013);
    });
  });

  it('a long frame counts for as many as it takes to read', async () => {
    const { client } = await welcomed([]);
    for (let i = 0; i < 30; i += 1) client.send({ op: 'pong', more: 'x'.repeat(15_000) });
    await until(() => {
      world.clock.advance(100);
      expect(client.closed?.code).toBe(4013);
    });
  });

  it('a pong has a position for each subscription, and no more', async () => {
    const { client } = await welcomed([]);
    const positions = (n: number) => Object.fromEntries(Array.from({ length: n }, (_, c) => [c, 1]));
    client.send({ op: 'pong', pos: positions(32) });
    for (const pos of [positions(1_500), { 1: -1 }]) client.send({ op: 'pong', pos });
    await until(() => expect(client.of('err')).toHaveLength(2));
    expect(client.of('err')).toMatchObject([{ code: 100 }, { code: 100 }]);
  });

  it('what follows the third line that is no object is not even read', async () => {
    const { client } = await welcomed([]);
    client.socket.send(Array(8_000).fill('{').join('\n'));
    await until(() => expect(client.closed?.code).toBe(4101));
    expect(client.of('err').length).toBe(3);
  });

  it('a stopping gateway says drain with a delay and closes with 1012', async () => {
    const { client } = await welcomed();
    await world.gateway[Symbol.asyncDispose]();
    await until(() => expect(client.closed?.code).toBe(1012));
    expect(client.of('sys')[0]).toMatchObject({ kind: 'drain', after: expect.any(Number) as number });
  });
});
