import { describe, expect, it } from 'vitest';
import { createManualClock } from '../../../test/support/manual-clock.ts';
import { createMetrics } from '../../telemetry/metrics.ts';
import { Audience } from '../sockets/audience.ts';
import { ChannelState, SNAPSHOT_MOMENTS } from './channel-state.ts';
import type { Connection } from '../sockets/connection.ts';
import { fakeMoment } from '../../../test/support/fake-moment.ts';
import { EmoteTable } from './emote-table.ts';
import { FakeBus, settle } from '../../../test/support/gateway/feed-fakes.ts';
import { Occupancy } from './occupancy.ts';
import { isTrustedOrigin } from '../../callers/index.ts';
import { textFrame } from '../sockets/text-frame.ts';
import { TokenBucket } from '../sockets/token-bucket.ts';
import { gatewayMetrics } from '../metrics.ts';

class FakeConnection implements Connection {
  readonly id: string;
  readonly door = 'native';
  readonly isOpen = true;
  queued = 0;
  isStale = false;
  readonly deflates = false;
  closedWith: number | undefined;
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
  close(code: number): void {
    this.closedWith = code;
  }
  terminate(): void {}
}

describe('an audience', () => {
  const setUp = (size: number) => {
    const metrics = createMetrics();
    const clock = createManualClock();
    const framing = { frame: (texts: readonly string[]) => textFrame(texts.join('\n')) };
    const audience = new Audience({ door: 'native', framing, clock, metrics });
    const members = Array.from({ length: size }, (_, i) => new FakeConnection(i));
    for (const member of members) audience.add(member);
    return { metrics, audience, members, clock };
  };

  it('writes one shared buffer to everybody', async () => {
    const { audience, members, metrics } = setUp(3);
    audience.send({ ordered: 'a', volatile: 'b' }, 0);
    expect(members.map(({ texts }) => texts)).toEqual([['a\nb'], ['a\nb'], ['a\nb']]);
    expect(new Set(members.map(({ frames }) => frames[0])).size).toBe(1);
    expect((await gatewayMetrics(metrics).framesSent.get()).values).toMatchObject([{ value: 3 }]);
  });

  it('spares slow connections what heals by itself', () => {
    const { audience, members } = setUp(2);
    const [slow] = members;
    if (slow) slow.queued = 65_537;
    audience.send({ volatile: 'tick' }, 0);
    audience.send({ ordered: 'event', volatile: 'tick' }, 0);
    audience.send({ ordered: 'event' }, 1);
    expect(members.map(({ texts }) => texts)).toEqual([
      ['event', 'event'],
      ['tick', 'event\ntick', 'event'],
    ]);
  });

  it('gives who reads again a keyframe for what was skipped, and what was held back, once', async () => {
    const { audience, members, clock, metrics } = setUp(3);
    const [skipped, held, prompt] = members;
    if (!skipped || !held || !prompt) throw new Error('There are three');
    skipped.queued = 65_537;
    held.queued = 262_145;
    audience.send({ ordered: 'e5', volatile: 't' }, 4);
    audience.send({ ordered: 'e6' }, 5);
    expect([skipped.texts, held.texts, prompt.texts]).toEqual([['e5', 'e6'], [], ['e5\nt', 'e6']]);
    expect([audience.heldAfter(held), audience.heldAfter(skipped)]).toEqual([4, undefined]);
    const catchUp = (after: number | undefined) =>
      after === undefined ? { volatile: 'key' } : { ordered: `after ${after}`, volatile: 'key' };
    audience.sweep(clock.now(), catchUp);
    expect(held.texts).toEqual([]);
    skipped.queued = 0;
    held.queued = 0;
    audience.sweep(clock.now(), catchUp);
    audience.sweep(clock.now(), catchUp);
    expect([skipped.texts, held.texts]).toEqual([['e5', 'e6', 'key'], ['after 4\nkey']]);
    audience.send({ ordered: 'e7' }, 6);
    expect([skipped, held, prompt].map(({ texts }) => texts.at(-1))).toEqual(['e7', 'e7', 'e7']);
    const { values } = await gatewayMetrics(metrics).framesSkipped.get();
    expect(new Map(values.map(({ labels, value }) => [labels['class'], value]))).toEqual(
      new Map([
        ['volatile', 1],
        ['ordered', 2],
      ]),
    );
  });

  it('what a held connection catches up with is not written again by a flush that is under way', async () => {
    const { audience, members, clock } = setUp(3_000);
    const [held] = members;
    if (!held) throw new Error('There are some');
    held.isStale = true;
    audience.send({ ordered: '1' }, 0);
    held.isStale = false;
    const catchUp = () => ({ ordered: 'all' });
    audience.sweep(clock.now(), catchUp);
    await settle(10);
    audience.sweep(clock.now(), catchUp);
    audience.send({ ordered: '2' }, 1);
    await settle(10);
    expect(held.texts.join()).toMatch(/^(1|all),2$/);
    expect(members.every(({ texts }) => texts.length === 2)).toBe(true);
  });

  it('closes with 4008 who is held for more than ten seconds, counted by reason', async () => {
    const { audience, members, clock, metrics } = setUp(2);
    const [stale, full] = members;
    if (!stale || !full) throw new Error('There are two');
    stale.isStale = true;
    full.queued = 300_000;
    audience.send({ ordered: 'e' }, 0);
    clock.advance(10_000);
    audience.sweep(clock.now(), () => ({}));
    expect([stale.closedWith, full.closedWith]).toEqual([undefined, undefined]);
    clock.advance(1);
    audience.sweep(clock.now(), () => ({}));
    expect([stale.closedWith, full.closedWith]).toEqual([4008, 4008]);
    const { values } = await gatewayMetrics(metrics).slowClosed.get();
    expect(
      values
        .map(({ labels, value }) => [labels['reason'], value])
        .toSorted(([a], [b]) => String(a).localeCompare(String(b))),
    ).toEqual([
      ['held', 1],
      ['stale', 1],
    ]);
  });

  it('lets the event loop breathe in a big room without mixing up frames or newcomers', async () => {
    const { audience, members } = setUp(5_000);
    audience.send({ ordered: '1' }, 0);
    const newcomer = new FakeConnection();
    audience.add(newcomer);
    audience.send({ ordered: '2' }, 1);
    const gone = members.find(({ frames }) => frames.length === 0);
    if (gone) audience.delete(gone);
    const reached = members.filter(({ frames }) => frames.length > 0).length;
    expect(reached).toBe(500);
    await settle(40);
    expect(newcomer.texts).toEqual(['2']);
    expect(gone?.texts).toEqual([]);
    const others = members.filter((member) => member !== gone);
    expect(others.every(({ texts }) => texts.join() === '1,2')).toBe(true);
  });

  it('does not begin with the same connection every time', () => {
    const { audience, members } = setUp(10);
    const order: string[] = [];
    for (const member of members) member.write = () => void order.push(member.id);
    for (let i = 0; i < 10; i += 1) audience.send({ ordered: 'x' }, i);
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
  const names = (n: number, kind = 'text', from = 0) =>
    Array.from({ length: n }, (_, i) => `${kind === 'text' ? 'text:' : 'custom:'}${from + i}`);

  it('gives made up names few places; what has none shares one', () => {
    const table = new EmoteTable();
    table.allow(['twitch:1']);
    const first = names(128).map((key) => table.use(key, 0));
    expect(first).toEqual(Array.from({ length: 128 }, (_, i) => i + 1));
    const junk = names(5_000, 'junk').map((key) => table.use(key, 0));
    expect(new Set(junk)).toEqual(new Set([129]));
    expect(table.emotes[129]).toEqual({ k: 'other:', d: 'other emotes' });
    // Emoji, what has a name and what is allowed have places all the same.
    expect(table.use('unicode:1f525', 0)).toBe(130);
    table.rename(new Map([['7tv:kappa', 'Kappa']]));
    expect(table.use('7tv:kappa', 0)).toBe(131);
    table.allow(['twitch:1', 'twitch:2']);
    expect(table.indexOf('twitch:2')).toBe(132);
    expect(table.emotes).toHaveLength(133);
  });

  it('gives the place that was idle for longest to the next one, never that of an allowed or used emote', () => {
    const table = new EmoteTable();
    table.allow(['text:0']);
    for (const key of names(129)) table.use(key, 0);
    expect(table.use('text:new', 60_000)).toBe(table.indexOf('other:'));
    for (const key of names(127, 'text', 2)) table.use(key, 60_000);
    expect(table.use('text:new', 119_999)).toBe(table.indexOf('other:'));
    const { version } = table;
    expect(table.use('text:new', 120_000)).toBe(1);
    expect(table.version).toBe(version + 1);
    expect(table.emotes.slice(0, 3).map(({ k }) => k)).toEqual(['text:0', 'text:new', 'text:2']);
    // What was taken away from is one of the others again, until there is a place.
    expect(table.use('text:1', 120_000)).toBe(table.indexOf('other:'));
    expect(table.use('text:1', 180_000)).toBe(2);
  });

  it('leaves an emote where it was counted until the minute is over, so that its keyframe is right', () => {
    const table = new EmoteTable();
    for (const key of names(128)) table.use(key, 0);
    const others = table.use('text:late', 119_000);
    table.use('text:late', 120_000);
    expect(table.emotes[others]?.k).toBe('other:');
    for (const key of names(128)) table.use(key, 125_000);
    expect(table.use('text:later', 185_000)).toBe(others);
    expect(table.use('text:later', 239_999)).toBe(others);
    table.rename(new Map([['text:later', 'LATER']]));
    expect(table.use('text:later', 239_999)).toBe(others);
    expect(table.use('text:later', 240_000)).not.toBe(others);
  });

  it('rises in version only by what changes', () => {
    const table = new EmoteTable();
    table.use('twitch:25', 0);
    const { version } = table;
    table.rename(new Map([['twitch:9', 'LUL']]));
    expect(table.version).toBe(version);
    table.rename(new Map([['twitch:25', 'Kappa']]));
    expect(table.version).toBe(version + 1);
    expect(table.emotes).toEqual([{ k: 'twitch:25', d: 'Kappa' }]);
    expect(table.isNameless('twitch:25')).toBe(false);
    expect(table.isNameless('unicode:1f525')).toBe(false);
    expect(table.isNameless('7tv:x')).toBe(true);
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
