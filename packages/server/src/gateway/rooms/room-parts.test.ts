import { describe, expect, it } from 'vitest';
import { createManualClock } from '../../../test/support/manual-clock.ts';
import { createMetrics } from '../../telemetry/metrics.ts';
import { Audience } from '../sockets/audience.ts';
import type { Connection } from '../sockets/connection.ts';
import { settle } from '../../../test/support/gateway/feed-fakes.ts';
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
