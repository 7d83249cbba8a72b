import { type ActivityRecord, emoteKey } from '@ovation/protocol';
import { describe, expect, it } from 'vitest';
import type { ChannelDetector } from './detectors/index.ts';
import { PartitionEngine } from './engine.ts';
import { GRACE_MS, WINDOW_MS } from './window.ts';

const MINUTE = Date.UTC(2026, 0, 1, 12, 0, 0);
const FIRE = emoteKey('🔥') ?? '';

interface RunningSum {
  sum: number;
  last: number;
  seconds: [number, number][];
}

/**
 * Sums the reactions of a channel across windows and reports the sum every second, until ten seconds after the last
 * reaction.
 */
const runningSum: ChannelDetector<RunningSum> = {
  name: 'running-sum',
  start: () => ({ sum: 0, last: 0, seconds: [] }),
  onActivity(state, { at, activity }) {
    state.sum += Object.values(activity.e).reduce((sum, n) => sum + n, 0);
    state.last = Math.max(state.last, at);
  },
  onSecond(state, { from, to }) {
    state.seconds.push([from - MINUTE, to - MINUTE]);
    const { sum, seconds } = state;
    const finding = { emote: '', rev: seconds.length, count: sum, total: sum, final: false, holds: true };
    return [{ ...finding, startAt: MINUTE }];
  },
  isIdle: ({ last, seconds }) => (seconds.at(-1)?.[1] ?? 0) + MINUTE >= last + 10_000,
};
// The list hides each detector's own state type.
const channelDetectors = [runningSum as ChannelDetector<never>];

function bench(engine = new PartitionEngine({ channelDetectors })) {
  let offset = engine.offset;
  const apply = (appendedAt: number, record: ActivityRecord | null) => {
    offset += 1;
    engine.apply({ offset, appendedAt, record });
    return engine.takeOutput().moments;
  };
  const react = (at: number, n: number, seq: number) =>
    apply(at, { k: 'd', src: 'g', seq, t: at, ch: { one: { e: { [FIRE]: n }, r: 1, m: 0, a: 0, f: {} } } });
  return { engine, apply, react };
}

describe('a channel detector', () => {
  it('is asked once when append time passes a whole second, the record that passes it included', () => {
    const { apply, react } = bench();
    const first = react(MINUTE + 100, 3, 0);
    const same = react(MINUTE + 900, 4, 1);
    const next = react(MINUTE + 1_000, 5, 2);
    const tick = apply(MINUTE + 3_200, { k: 't' });
    expect([first, same, next, tick].map((moments) => moments.map(({ count }) => count))).toEqual([
      [3],
      [],
      [12],
      [12],
    ]);
    expect(tick[0]).toMatchObject({ detector: 'running-sum', rev: 3, windowStart: new Date(MINUTE).toISOString() });
  });

  it('keeps its state over the end of a window and over a snapshot', () => {
    const before = bench();
    before.react(MINUTE + 100, 3, 0);
    before.react(MINUTE + WINDOW_MS, 4, 1);
    const snapshot = before.engine.takeSnapshot();
    const stored = JSON.parse(JSON.stringify([...snapshot.channels])) as [string, never][];
    const from = { partition: snapshot.partition, channels: new Map(stored) };
    const after = bench(new PartitionEngine({ channelDetectors }, from));
    for (const one of [before, after]) {
      const moments = one.react(MINUTE + WINDOW_MS + 1_500, 5, 2);
      expect(moments.map(({ rev, count }) => [rev, count])).toEqual([[3, 12]]);
    }
  });

  it('is one text in a snapshot, and goes on from one of an earlier version, which was not', () => {
    const before = bench();
    before.react(MINUTE + 100, 3, 0);
    const { channels, partition } = before.engine.takeSnapshot();
    const [[, stored] = []] = channels;
    const text = stored?.detectors?.['running-sum'];
    expect(text).toBeTypeOf('string');
    const detectors = { 'running-sum': JSON.parse(String(text)) as unknown };
    const earlier = new Map(stored && [['one', { ...stored, detectors }]]);
    const after = bench(new PartitionEngine({ channelDetectors }, { partition, channels: earlier }));
    expect(after.react(MINUTE + 1_500, 5, 1).map(({ rev, count }) => [rev, count])).toEqual([[2, 8]]);
    // The given snapshot is not changed.
    expect(detectors['running-sum']).toEqual(JSON.parse(String(text)));
  });

  it('asks for ticks until it is idle, and then leaves nothing behind', () => {
    const { apply, engine, react } = bench();
    react(MINUTE, 1, 0);
    for (let at = MINUTE + 1_000; at < MINUTE + WINDOW_MS + GRACE_MS; at += 1_000) apply(at, { k: 't' });
    react(MINUTE + WINDOW_MS + GRACE_MS - 1, 1, 1);
    let ticks = 0;
    for (let at = MINUTE + WINDOW_MS + GRACE_MS; engine.hasOpenWindows; at += 1_000, ticks += 1) apply(at, { k: 't' });
    expect(ticks).toBe(WINDOW_MS / 1_000 + 1);
    expect(engine.takeSnapshot()).toMatchObject({ removed: ['one'], channels: new Map() });
  });

  it('gets nothing of what comes late or twice', () => {
    const { apply, react } = bench();
    react(MINUTE, 1, 7);
    react(MINUTE + 10, 1, 7);
    expect(apply(MINUTE + 1_000, { k: 't' }).map(({ count }) => count)).toEqual([1]);
    for (let at = MINUTE + 2_000; at <= MINUTE + WINDOW_MS + GRACE_MS; at += 1_000) apply(at, { k: 't' });
    const late = { k: 'd', src: 'g', seq: 8, t: MINUTE, ch: { one: { e: { [FIRE]: 9 }, r: 1, m: 0, a: 0, f: {} } } };
    const afterLate = apply(MINUTE + WINDOW_MS + GRACE_MS + 1_000, late as ActivityRecord);
    expect(afterLate).toEqual([]);
  });
});
