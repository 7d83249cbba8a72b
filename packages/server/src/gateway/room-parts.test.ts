import { describe, expect, it } from 'vitest';
import { createManualClock } from '../ports/manual-clock.ts';
import { createMetrics } from '../telemetry/metrics.ts';
import { Audience } from './audience.ts';
import { ChannelState, SNAPSHOT_MOMENTS } from './channel-state.ts';
import type { Connection } from './connection.ts';
import { fakeMoment } from './door-fakes.ts';
import { EmoteTable } from './emote-table.ts';
import { FakeBus, settle } from './feed-fakes.ts';
import { Occupancy } from './occupancy.ts';
import { isTrustedOrigin } from './origin.ts';
import { textFrame } from './text-frame.ts';
import { TokenBucket } from './token-bucket.ts';

class FakeConnection implements Connection {
  readonly id: string;
  readonly door = 'native';
  readonly isOpen = true;
  isSlow = false;
  readonly frames: Buffer[] = [];

  constructor(id = 0) {
    this.id = String(id);
  }

  get texts(): string[] {
    return this.frames.map((frame) => frame.subarray(2).toString());
  }

  write(frame: Buffer): void {
    this.frames.push(frame);
  }
  close(): void {}
  terminate(): void {}
}

describe('an audience', () => {
  const setUp = (size: number) => {
    const metrics = createMetrics();
    const audience = new Audience('native', metrics);
    const members = Array.from({ length: size }, (_, i) => new FakeConnection(i));
    for (const member of members) audience.add(member);
    return { metrics, audience, members };
  };

  it('writes one shared buffer to everybody', async () => {
    const { audience, members, metrics } = setUp(3);
    audience.send({ ordered: 'a', volatile: 'b' });
    expect(members.map(({ texts }) => texts)).toEqual([['a\nb'], ['a\nb'], ['a\nb']]);
    expect(new Set(members.map(({ frames }) => frames[0])).size).toBe(1);
    expect((await metrics.framesSent.get()).values).toMatchObject([{ value: 3 }]);
  });

  it('spares slow connections what heals by itself', () => {
    const { audience, members } = setUp(2);
    const [slow] = members;
    if (slow) slow.isSlow = true;
    audience.send({ volatile: 'tick' });
    audience.send({ ordered: 'event', volatile: 'tick' });
    audience.send({ ordered: 'event' });
    expect(members.map(({ texts }) => texts)).toEqual([
      ['event', 'event'],
      ['tick', 'event\ntick', 'event'],
    ]);
  });

  it('lets the event loop breathe in a big room without mixing up frames or newcomers', async () => {
    const { audience, members } = setUp(5_000);
    audience.send({ ordered: '1' });
    const newcomer = new FakeConnection();
    audience.add(newcomer);
    audience.send({ ordered: '2' });
    const gone = members.find(({ frames }) => frames.length === 0);
    if (gone) audience.delete(gone);
    const reached = members.filter(({ frames }) => frames.length > 0).length;
    expect(reached).toBe(2_000);
    await settle(20);
    expect(newcomer.texts).toEqual(['2']);
    expect(gone?.texts).toEqual([]);
    const others = members.filter((member) => member !== gone);
    expect(others.every(({ texts }) => texts.join() === '1,2')).toBe(true);
  });

  it('does not begin with the same connection every time', () => {
    const { audience, members } = setUp(10);
    const order: string[] = [];
    for (const member of members) member.write = () => void order.push(member.id);
    for (let i = 0; i < 10; i += 1) audience.send({ ordered: 'x' });
    const firsts = order.filter((_, index) => index % 10 === 0);
    expect(new Set(firsts).size).toBe(10);
  });
});

describe('a text frame', () => {
  it('has the three lengths of RFC 6455', () => {
    const head = (length: number) => [...textFrame('x'.repeat(length)).subarray(0, 10)];
    expect(head(125).slice(0, 2)).toEqual([0x81, 125]);
    expect(head(126).slice(0, 4)).toEqual([0x81, 126, 0, 126]);
    expect(head(65_535).slice(0, 4)).toEqual([0x81, 126, 255, 255]);
    expect(head(65_536)).toEqual([0x81, 127, 0, 0, 0, 0, 0, 1, 0, 0]);
    expect(textFrame('🔥')).toHaveLength(6);
  });
});

describe('a token bucket', () => {
  it('lets a burst through, then the rate, and says how long to wait', () => {
    const bucket = new TokenBucket(10, 20, 0);
    expect(bucket.take(20, 0)).toBe(0);
    expect(bucket.take(5, 0)).toBe(500);
    expect(bucket.take(5, 499)).toBeGreaterThan(0);
    expect(bucket.take(5, 500)).toBe(0);
    expect(bucket.take(21, 1_000_000)).toBeGreaterThan(0);
  });
});

describe('an emote table', () => {
  it('keeps an index for ever and is bounded', () => {
    const table = new EmoteTable();
    const indexes = Array.from({ length: 300 }, (_, i) => table.indexOf(`text:${i}`));
    expect(indexes.slice(0, 256)).toEqual(Array.from({ length: 256 }, (_, i) => i));
    expect(indexes.slice(256).every((index) => index === undefined)).toBe(true);
    expect(table.indexOf('text:7')).toBe(7);
    expect(table.emotes).toHaveLength(256);
    table.allow(['unicode:1f525']);
    expect(table.indexOf('unicode:1f525')).toBe(256);
  });

  it('rises in version only by what changes', () => {
    const table = new EmoteTable();
    table.indexOf('twitch:25');
    const { version } = table;
    table.rename(new Map([['twitch:9', 'LUL']]));
    expect(table.version).toBe(version);
    table.rename(new Map([['twitch:25', 'Kappa']]));
    expect(table.version).toBe(version + 1);
    expect(table.emotes).toEqual([{ k: 'twitch:25', d: 'Kappa' }]);
    expect(table.isNameless('twitch:25')).toBe(false);
    expect(table.isNameless('unicode:1f525')).toBe(false);
    expect(table.isNameless('text:x')).toBe(true);
  });
});

describe('the state of a channel', () => {
  const settings = { interval: 30, threshold: 0.3, allowedEmotes: ['🔥'], version: 4 };
  const state = () => new ChannelState({ settings, moments: [fakeMoment({ id: 'a', rev: 3 })], live: null });

  it('takes newer revisions and versions only', () => {
    const channel = state();
    channel.apply({ y: 'moment', d: fakeMoment({ id: 'a', rev: 2 }) });
    channel.apply({ y: 'settings', d: { ...settings, interval: 5, version: 3 } });
    expect(channel.snapshot()).toMatchObject({ settings: { interval: 30 }, moments: [{ rev: 3 }] });
    channel.apply({ y: 'moment', d: fakeMoment({ id: 'a', rev: 4 }) });
    channel.apply({ y: 'settings', d: { ...settings, interval: 5, version: 5 } });
    expect(channel.snapshot()).toMatchObject({ settings: { interval: 5, version: 5 }, moments: [{ rev: 4 }] });
  });

  it('keeps the newest moments first and no more than a snapshot holds', () => {
    const channel = state();
    for (let i = 0; i < 60; i += 1) channel.apply({ y: 'moment', d: fakeMoment({ id: `n${i}` }) });
    const { moments } = channel.snapshot();
    expect(moments).toHaveLength(SNAPSHOT_MOMENTS);
    expect(moments[0]?.id).toBe('n59');
  });
});

describe('occupancy', () => {
  it('is the sum over gateways, asks when it starts, answers who asks, and forgets the silent', () => {
    const clock = createManualClock();
    const bus = new FakeBus();
    const create = (boot: string) => new Occupancy({ channel: 'demo', bus, clock, boot });
    const [a, b] = [create('a'), create('b')];
    void bus.subscribe('occupancy:demo', (message) => {
      a.hear(message);
      b.hear(message);
    });
    a.own = 3;
    a.sweep(clock.now());
    expect(b.total).toBe(3);
    b.own = 2;
    b.ask();
    expect([a.total, b.total]).toEqual([5, 5]);
    const said = bus.published.length;
    b.sweep(clock.now());
    expect(bus.published.length).toBe(said);
    clock.advance(25_001);
    a.sweep(clock.now());
    expect(a.total).toBe(3);
    for (const wrong of [null, 1, {}, { boot: 'c', n: -1 }, { boot: 'c', n: 'x' }]) a.hear(wrong);
    expect(a.total).toBe(3);
  });
});

describe('trusted origins', () => {
  it('are this machine, clients that are no pages, and this server where its name is its own', () => {
    expect(isTrustedOrigin(undefined, 'x', true)).toBe(true);
    expect(isTrustedOrigin('http://localhost:3000', 'ovation.example', true)).toBe(true);
    expect(isTrustedOrigin('http://[::1]:3000', undefined, true)).toBe(true);
    expect(isTrustedOrigin('http://192.168.1.7:8080', '192.168.1.7:8080', true)).toBe(true);
    expect(isTrustedOrigin('https://ovation.example', 'ovation.example:8080', false)).toBe(true);
    expect(isTrustedOrigin('https://rebound.example', 'rebound.example:8080', true)).toBe(false);
    expect(isTrustedOrigin('https://localhost.evil.example', 'localhost:8080', true)).toBe(false);
    expect(isTrustedOrigin('null', 'localhost:8080', true)).toBe(false);
    expect(isTrustedOrigin('https://evil.example', 'ovation.example', false)).toBe(false);
  });
});
