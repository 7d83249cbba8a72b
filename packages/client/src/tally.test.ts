import { describe, expect, it } from 'vitest';
import { SERIES_SECONDS, type Series } from './series.ts';
import { isSameTally, tallyOf } from './tally.ts';

function seriesOf(end: number, pairs: readonly [back: number, count: number][]): Series {
  const column = new Uint32Array(SERIES_SECONDS);
  for (const [back, count] of pairs) column[SERIES_SECONDS - 1 - back] = count;
  return { end, counts: new Map([['a', column]]), total: pairs.reduce((sum, [, count]) => sum + count, 0) };
}

describe('tally', () => {
  it('counts the running minute from its first second', () => {
    const tally = tallyOf(
      seriesOf(60 * 100 + 9, [
        [0, 1],
        [9, 10],
        [10, 100],
      ]),
    );
    expect(tally.thisMinute.get('a')).toBe(11);
    expect(tally.fiveMinutes.get('a')).toBe(111);
    expect(tally.total).toBe(111);
  });

  it('leaves the second that is not over out of the rate', () => {
    const pairs: [number, number][] = [
      [0, 99],
      [1, 4],
      [5, 6],
      [6, 50],
    ];
    expect(tallyOf(seriesOf(1_000, pairs)).rate).toBe(2);
  });

  it('is the same while a second passes in which nothing was counted and nothing falls out', () => {
    const before = tallyOf(seriesOf(1_000, [[20, 3]]));
    expect(isSameTally(before, tallyOf(seriesOf(1_001, [[21, 3]])))).toBe(true);
    expect(isSameTally(before, tallyOf(seriesOf(1_001, [[21, 4]])))).toBe(false);
  });
});
