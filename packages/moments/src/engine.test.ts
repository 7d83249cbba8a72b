import { type ActivityRecord, emoteKey, type Moment } from '@ovation/protocol';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PartitionEngine, type PositionedRecord } from './engine.ts';
import { GRACE_MS, WINDOW_MS } from './window.ts';

const MINUTE = Date.UTC(2026, 0, 1, 12, 0, 0);
const FIRE = emoteKey('🔥') ?? '';
const SMILE = emoteKey('😀') ?? '';

/** Appends records and applies them, like the analyzer. */
function bench(engine = new PartitionEngine()) {
  let offset = engine.offset;
  let seq = 0;
  const apply = (appendedAt: number, record: ActivityRecord | null) => {
    offset += 1;
    engine.apply({ offset, appendedAt, record });
    return engine.takeOutput();
  };
  const react = (at: number, emotes: Record<string, number>, options: { appendedAt?: number; src?: string } = {}) => {
    seq += 1;
    const ch = { one: { e: emotes, r: 1, m: 0, a: 0, f: {} } };
    return apply(options.appendedAt ?? at, { k: 'd', src: options.src ?? 'g', seq, t: at, ch });
  };
  const settings = (at: number, change: { interval?: number; threshold?: number; allowed?: string[] }, ver = 1) => {
    const body = { interval: 30, threshold: 0.3, allowed: [FIRE, SMILE], broadcastId: null, ...change };
    return apply(at, { k: 's', ch: 'one', ver, body });
  };
  /** Writes a tick each second up to `to`, like the owner of a silent partition. */
  const tick = (from: number, to: number) => {
    const outputs = [];
    for (let at = from; at <= to; at += 1_000) outputs.push(apply(at, { k: 't' }));
    return {
      moments: outputs.flatMap((output) => output.moments),
      closed: outputs.flatMap((output) => output.closed),
    };
  };
  return { engine, apply, react, settings, tick };
}

describe('ratio in the engine', () => {
  it('says nothing after 29 reactions and publishes with the 30th (S0-07, C6)', () => {
    const { react } = bench();
    expect(react(MINUTE, { [FIRE]: 29 }).moments).toEqual([]);
    const [moment, ...others] = react(MINUTE + 100, { [FIRE]: 1 }).moments;
    expect(others).toEqual([]);
    expect(moment).toMatchObject({ rev: 1, emote: FIRE, display: '🔥', count: 30, total: 30, ratio: 1, final: false });
    expect(moment?.windowStart).toBe('2026-01-01T12:00:00.000Z');
  });

  it('needs a ratio strictly above the threshold (S0-10, S2-15)', () => {
    const exactly = bench();
    expect(exactly.react(MINUTE, { [FIRE]: 30, [SMILE]: 70 }).moments.map(({ emote }) => emote)).toEqual([SMILE]);
    const above = bench();
    expect(above.react(MINUTE, { [FIRE]: 31, [SMILE]: 69 }).moments.map(({ emote }) => emote)).toEqual([SMILE, FIRE]);
  });

  it('leaves emotes that are not allowed out of the total (S0-09, C8)', () => {
    const { react } = bench();
    const [moment] = react(MINUTE, { [FIRE]: 10, 'text:Kappa': 90 }).moments;
    expect(moment).toMatchObject({ count: 10, total: 10 });
  });

  it('counts 59.9 s and 0.1 s of the next minute in two windows (S0-08)', () => {
    const { react, tick } = bench();
    react(MINUTE + 59_900, { [FIRE]: 1 });
    react(MINUTE + 60_100, { [FIRE]: 2 });
    const { closed } = tick(MINUTE + 61_000, MINUTE + 2 * WINDOW_MS + GRACE_MS);
    expect(closed.map(({ start, collected }) => [start - MINUTE, collected])).toEqual([
      [0, 1],
      [WINDOW_MS, 2],
    ]);
  });

  it('judges once however far a digest jumps, and again at the next multiple (C30, S2-15)', () => {
    const { react } = bench();
    expect(react(MINUTE, { [FIRE]: 95 }).moments).toHaveLength(1);
    expect(react(MINUTE + 2_000, { [FIRE]: 29 }).moments).toEqual([]);
    expect(react(MINUTE + 2_100, { [FIRE]: 1 }).moments.map(({ rev }) => rev)).toEqual([2]);
  });

  it('gives at most one revision a second between the first and the final one', () => {
    const { react, tick } = bench();
    const first = react(MINUTE, { [FIRE]: 30 }).moments;
    const tooSoon = react(MINUTE + 999, { [FIRE]: 30 }).moments;
    const second = react(MINUTE + 1_000, { [FIRE]: 30 }).moments;
    const { moments } = tick(MINUTE + 2_000, MINUTE + WINDOW_MS + GRACE_MS);
    expect([first, tooSoon, second, moments].map((list) => list.map(({ rev }) => rev))).toEqual([[1], [], [2], [3]]);
    expect(moments[0]).toMatchObject({ final: true, holds: true, count: 90 });
  });

  it('gives a moment one id for all its revisions, by channel, minute and emote (C5)', () => {
    const { react, tick, apply } = bench();
    const moments = [
      ...react(MINUTE, { [FIRE]: 30, [SMILE]: 30 }).moments,
      ...react(MINUTE + 1_000, { [FIRE]: 30 }).moments,
      ...tick(MINUTE + 2_000, MINUTE + WINDOW_MS + GRACE_MS).moments,
      ...react(MINUTE + 70_000, { [FIRE]: 30 }).moments,
    ];
    const two = { two: { e: { [FIRE]: 30 }, r: 1, m: 0, a: 0, f: {} } };
    moments.push(...apply(MINUTE + 71_000, { k: 'd', src: 'g', seq: 99, t: MINUTE + 71_000, ch: two }).moments);
    const byPlace = Map.groupBy(moments, ({ channel, windowStart, emote }) => `${channel} ${windowStart} ${emote}`);
    expect([...byPlace.values()].map((all) => all.map(({ rev }) => rev))).toEqual([[1, 2, 3], [1, 2, 3], [1], [1]]);
    expect([...byPlace.values()].map((all) => new Set(all.map(({ id }) => id)).size)).toEqual([1, 1, 1, 1]);
    expect(new Set(moments.map(({ id }) => id)).size).toBe(4);
  });

  it('never withdraws: a moment that no longer holds ends with holds false', () => {
    const { react, tick } = bench();
    react(MINUTE, { [FIRE]: 30 });
    react(MINUTE + 1_000, { [SMILE]: 20 });
    react(MINUTE + 1_500, { [SMILE]: 9 });
    react(MINUTE + 1_600, { 'unicode:1f44d': 100 });
    const { moments } = tick(MINUTE + 2_000, MINUTE + WINDOW_MS + GRACE_MS);
    expect(moments.find(({ emote }) => emote === FIRE)).toMatchObject({ final: true, holds: false, count: 30 });
  });

  it('leaves a window alone that was never judged', () => {
    const { react, tick } = bench();
    react(MINUTE, { [FIRE]: 29 });
    expect(tick(MINUTE + 1_000, MINUTE + WINDOW_MS + GRACE_MS).moments).toEqual([]);
  });

  it('applies settings from their record on, in the middle of a window (S2-15)', () => {
    const { react, settings } = bench();
    react(MINUTE, { [FIRE]: 4 });
    settings(MINUTE + 100, { interval: 4 });
    expect(react(MINUTE + 200, { [FIRE]: 1 }).moments).toHaveLength(1);
  });

  it('ignores settings that are not newer than those in force', () => {
    const { react, settings } = bench();
    settings(MINUTE, { interval: 4 }, 2);
    settings(MINUTE, { interval: 1000 }, 1);
    expect(react(MINUTE + 200, { [FIRE]: 4 }).moments[0]).toMatchObject({ settingsVersion: 2 });
  });

  it('counts a heart with and without its selector as one emote (C4)', () => {
    expect(emoteKey('❤️')).toBe(emoteKey('❤'));
  });
});

describe('time in the engine', () => {
  it('counts what comes after close as late and leaves the window as it was (C31)', () => {
    const { react, tick } = bench();
    react(MINUTE, { [FIRE]: 30 });
    tick(MINUTE + 1_000, MINUTE + WINDOW_MS + GRACE_MS);
    const output = react(MINUTE + 500, { [FIRE]: 7 }, { appendedAt: MINUTE + WINDOW_MS + GRACE_MS + 10 });
    expect(output).toMatchObject({ moments: [], late: [{ channel: 'one', start: MINUTE, n: 7 }], counted: 0 });
  });

  it('keeps windows open while the log stood still, and five seconds longer', () => {
    const { react } = bench();
    react(MINUTE + 50_000, { [FIRE]: 1 });
    const back = MINUTE + 90_000;
    expect(react(MINUTE + 51_000, { [FIRE]: 1 }, { appendedAt: back }).late).toEqual([]);
    expect(react(MINUTE + 55_000, { [FIRE]: 1 }, { appendedAt: back + 2_400 }).closed).toEqual([]);
    expect(react(back, { [FIRE]: 1 }, { appendedAt: back + 4_800 }).closed).toEqual([]);
    expect(react(back, { [FIRE]: 1 }, { appendedAt: back + GRACE_MS }).closed).toMatchObject([{ collected: 3 }]);
  });

  it('never believes a stamp later than the append', () => {
    const { react, tick } = bench();
    react(MINUTE + 3_600_000, { [FIRE]: 30 }, { appendedAt: MINUTE });
    const { closed } = tick(MINUTE + 1_000, MINUTE + WINDOW_MS + GRACE_MS);
    expect(closed).toMatchObject([{ start: MINUTE, collected: 30 }]);
  });

  it('refuses an item with an id that is stamped more than two seconds ahead', () => {
    const { apply } = bench();
    const item = { t: MINUTE + 2_001, e: FIRE, id: 'a' };
    const output = apply(MINUTE, {
      k: 'i',
      src: 's',
      seq: 0,
      ch: 'one',
      items: [item, { ...item, t: MINUTE, id: 'b' }],
    });
    expect(output.refused).toMatchObject([{ item }]);
    expect(output.counted).toBe(1);
  });

  it('counts an id once in its window and a repeated record not at all (S2-10)', () => {
    const { apply } = bench();
    const record = { k: 'i' as const, src: 's', ch: 'one', items: [{ t: MINUTE, e: FIRE, id: 'same' }] };
    expect(apply(MINUTE, { ...record, seq: 1 }).counted).toBe(1);
    expect(apply(MINUTE, { ...record, seq: 2 }).counted).toBe(0);
    expect(apply(MINUTE, { ...record, seq: 2 }).repeated).toBe(1);
  });
});

describe('snapshots', () => {
  const emote = fc.constantFrom(FIRE, SMILE, 'text:Kappa');
  const step = fc.record({
    wait: fc.nat(8_000),
    delay: fc.nat(9_000),
    kind: fc.constantFrom('digest', 'digest', 'digest', 'item', 'settings', 'tick', 'poison'),
    emote,
    n: fc.integer({ min: 1, max: 60 }),
    channel: fc.constantFrom('one', 'two'),
    src: fc.constantFrom('g1', 'g2'),
    repeats: fc.boolean(),
  });

  function logOf(steps: (typeof step extends fc.Arbitrary<infer S> ? S : never)[]): PositionedRecord[] {
    let appendedAt = MINUTE;
    return steps.map((what, offset) => {
      appendedAt += what.wait;
      const seq = what.repeats ? Math.max(0, offset - 3) : offset;
      const t = appendedAt - what.delay;
      const ch = { [what.channel]: { e: { [what.emote]: what.n }, r: 1, m: 0, a: 0, f: {} } };
      const body = { interval: what.n, threshold: 0.3, allowed: [FIRE, SMILE], broadcastId: null };
      const records: Record<typeof what.kind, ActivityRecord | null> = {
        digest: { k: 'd', src: what.src, seq, t, ch },
        item: { k: 'i', src: what.src, seq, ch: what.channel, items: [{ t, e: what.emote, id: `id${seq}` }] },
        settings: { k: 's', ch: what.channel, ver: 1 + (offset % 5), body },
        tick: { k: 't' },
        poison: null,
      };
      return { offset, appendedAt, record: records[what.kind] };
    });
  }

  it('gives the same moments, windows and late counts however often it is restarted (random logs)', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 120 }), fc.array(fc.nat(119), { maxLength: 6 }), (steps, cuts) => {
        const records = logOf(steps);
        const whole = run(records, []);
        expect(run(records, cuts)).toEqual(whole);
      }),
      { numRuns: 300 },
    );
  });

  function run(records: PositionedRecord[], cuts: number[]) {
    let engine = new PartitionEngine();
    const stored = { partition: engine.takeSnapshot().partition, channels: new Map() };
    const result = { moments: [] as Moment[], closed: [] as unknown[], late: [] as unknown[] };
    for (const record of records) {
      engine.apply(record);
      const output = engine.takeOutput();
      result.moments.push(...output.moments);
      result.closed.push(...output.closed);
      result.late.push(...output.late);
      if (!cuts.includes(record.offset)) continue;
      const snapshot = engine.takeSnapshot();
      // Through JSON, like in the database.
      stored.partition = JSON.parse(JSON.stringify(snapshot.partition)) as typeof snapshot.partition;
      for (const [name, channel] of snapshot.channels) stored.channels.set(name, JSON.parse(JSON.stringify(channel)));
      for (const name of snapshot.removed) stored.channels.delete(name);
      engine = new PartitionEngine({}, stored);
    }
    return result;
  }

  it('ignores records at or before the position of the snapshot', () => {
    const { engine, react } = bench();
    react(MINUTE, { [FIRE]: 30 });
    engine.apply({ offset: 0, appendedAt: MINUTE + 1, record: { k: 't' } });
    expect(engine.takeSnapshot().partition).toMatchObject({ offset: 0, appendedAt: MINUTE });
  });
});
