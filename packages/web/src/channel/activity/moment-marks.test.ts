import type { Moment } from '@ovation/protocol';
import { describe, expect, it } from 'vitest';
import { faceOf, marksOf, spanOf } from './moment-marks.ts';

const T0 = Date.UTC(2026, 0, 1, 12);
const instant = (second: number) => new Date(T0 + 1_000 * second).toISOString();
const base = { final: true, holds: true, reasons: undefined, range: undefined };
// Only what marks read.
const ratio = (second: number, display = '🔥') =>
  ({ ...base, detector: 'ratio', display, windowStart: instant(second) }) as unknown as Moment;
const surge = (start: number, end: number, changes: object = {}) =>
  ({
    ...base,
    detector: 'surge',
    display: '',
    windowStart: instant(start + 20),
    range: { start: instant(start), peak: instant(start + 10), end: instant(end) },
    reasons: { reactions: [{ reaction: 'GOAL', count: 9 }] },
    ...changes,
  }) as unknown as Moment;

describe('marks of moments', () => {
  it('are as long as the cut, or as the minute', () => {
    const marks = marksOf([ratio(0), surge(100, 133)], T0 / 1_000 - 300);
    expect(marks.map(({ display, length, start }) => [start - T0 / 1_000, length, display])).toEqual([
      [0, 60, '🔥'],
      [100, 33, 'GOAL'],
    ]);
  });

  it('stand above each other where they overlap, and none is left out (P5)', () => {
    const marks = marksOf(
      [ratio(0), ratio(60), ratio(60, '👍'), ratio(120), surge(110, 125), surge(112, 130)],
      T0 / 1_000 - 300,
    );
    expect(marks.map(({ display, row, start }) => [start - T0 / 1_000, display, row])).toEqual([
      [0, '🔥', 0],
      [60, '🔥', 0],
      [60, '👍', 0],
      [120, '🔥', 0],
      [112, 'GOAL', 1],
      [110, 'GOAL', 1],
    ]);
  });

  it('leave out what has left the chart, and have a face where no reaction stands out', () => {
    expect(marksOf([surge(0, 30), ratio(0)], T0 / 1_000 + 30)).toHaveLength(1);
    expect(faceOf(surge(0, 30, { reasons: { reactions: [] } }))).toBe('');
    const others = { reaction: 'other emotes', emote: 'other:' };
    expect(faceOf(surge(0, 30, { reasons: { reactions: [others, { reaction: '🔥' }] } }))).toBe('🔥');
    expect(faceOf(surge(0, 30, { reasons: { reactions: [others] } }))).toBe('');
    expect(spanOf(surge(0, 0)).seconds).toBe(1);
  });
});
