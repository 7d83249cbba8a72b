import { describe, expect, it } from 'vitest';
import { fakeMoment } from '../../../../test/support/fake-moment.ts';
import { FakeBus } from '../../../../test/support/gateway/feed-fakes.ts';
import { createManualClock } from '../../../../test/support/manual-clock.ts';
import { ChannelState, SNAPSHOT_MOMENTS } from './channel-state.ts';
import { EmoteTable } from './emote-table.ts';
import { Occupancy } from './occupancy.ts';

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
  const said: boolean[] = [];
  const state = () =>
    new ChannelState({
      settings,
      moments: [fakeMoment({ id: 'a', rev: 3 })],
      live: null,
      onOpen: (isOpen) => said.push(isOpen),
    });

  it('is empty after a deletion, and says whether reactions are taken (D4)', () => {
    const channel = state();
    const at = '2026-01-01T00:00:00.000Z';
    channel.apply({ y: 'channel', d: { state: 'deleted', at } });
    expect(channel.snapshot()).toMatchObject({ settings: { interval: 30, version: 4 }, moments: [], broadcast: null });
    channel.apply({ y: 'channel', d: { state: 'open', at } });
    expect(said).toEqual([false, true]);
  });

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
