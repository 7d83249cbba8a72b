import { type ActivityRecord, emoteKey, type Moment } from '@ovation/protocol';
import { describe, expect, it } from 'vitest';
import type { ChannelDetector } from './index.ts';
import { PartitionEngine } from '../engine.ts';
import { surge } from './surge.ts';

const MINUTE = Date.UTC(2026, 0, 1, 12, 0, 0);
const FIRE = emoteKey('🔥') ?? '';
// The list hides each detector's own state type.
const options = { channelDetectors: [surge as ChannelDetector<never>] };

/** One digest a second: `reactors` of second `s` in channel `one`. */
function play(
  reactorsAt: (second: number) => number,
  { seconds = 900, restartAt = -1 }: { seconds?: number; restartAt?: number } = {},
): Moment[] {
  let engine = new PartitionEngine(options);
  const channels = new Map<string, never>();
  const moments: Moment[] = [];
  for (let second = 0; second < seconds; second += 1) {
    const r = reactorsAt(second);
    const t = MINUTE + 1_000 * second;
    const record: ActivityRecord =
      r === 0
        ? { k: 't' }
        : { k: 'd', src: 'g', seq: second, t, ch: { one: { e: { [FIRE]: r }, r, m: 0, a: 0, f: {} } } };
    engine.apply({ offset: second, appendedAt: t + 100, record });
    moments.push(...engine.takeOutput().moments.filter(({ detector }) => detector === 'surge'));
    if (second !== restartAt) continue;
    const snapshot = engine.takeSnapshot();
    for (const [name, state] of snapshot.channels) channels.set(name, JSON.parse(JSON.stringify(state)) as never);
    engine = new PartitionEngine(options, { partition: snapshot.partition, channels });
  }
  return moments;
}

const calm = (second: number) => 2 + (second % 3);
const cheering = (second: number) => (second >= 500 && second < 515 ? 20 : calm(second));

describe('surge in the engine', () => {
  it('says that a moment rises and then confirms it under the same id', () => {
    const moments = play(cheering);
    expect(moments.map(({ rev, final, holds }) => [rev, final, holds])).toEqual([
      [1, false, true],
      [2, true, true],
    ]);
    const [rising, last] = moments;
    // Of the whole audience: no emote stands for it.
    expect(moments.map(({ display, emote }) => [emote, display])).toEqual([
      ['', ''],
      ['', ''],
    ]);
    expect(rising?.id).toBe(last?.id);
    expect(rising?.emote).toBe('');
    expect(rising?.detectedAt).toBeLessThan(MINUTE + 515_000);
    expect(last?.detectedAt).toBeLessThan(MINUTE + 545_000);
    expect(last?.count).toBeGreaterThan(100);
  });

  it('finds nothing in an even audience, nor before it knows the channel', () => {
    expect(play(calm)).toEqual([]);
    expect(play((second) => (second >= 60 && second < 75 ? 20 : calm(second)))).toEqual([]);
  });

  it('goes on after a restart as if nothing had been', () => {
    const whole = play(cheering);
    for (const restartAt of [100, 505, 512]) expect(play(cheering, { restartAt })).toEqual(whole);
  });

  it('keeps a bounded state, and none of a channel that fell silent', () => {
    const engine = new PartitionEngine(options);
    const sizeAfter = (seconds: number, from: number) => {
      for (let second = from; second < from + seconds; second += 1) {
        const t = MINUTE + 1_000 * second;
        const ch = { one: { e: { [FIRE]: 1 }, r: 1, m: 0, a: 0, f: {} } };
        engine.apply({ offset: second, appendedAt: t, record: { k: 'd', src: 'g', seq: second, t, ch } });
      }
      engine.takeOutput();
      return JSON.stringify([...engine.takeSnapshot().channels]).length;
    };
    const early = sizeAfter(1_000, 0);
    expect(sizeAfter(2_000, 1_000)).toBeLessThan(1.1 * early);
    for (let second = 3_000; second < 3_700; second += 1) {
      engine.apply({ offset: second, appendedAt: MINUTE + 1_000 * second, record: { k: 't' } });
    }
    expect(engine.takeSnapshot().removed).toEqual(['one']);
  });
});
