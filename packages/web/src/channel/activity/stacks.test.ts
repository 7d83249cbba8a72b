import { SERIES_SECONDS, type Series } from '@ovation/client';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chooseBin, recentCounts, stackSeries } from './stacks.ts';

function seriesOf(end: number, counts: Record<string, readonly [back: number, count: number][]>): Series {
  const columns = new Map<string, Uint32Array>();
  let total = 0;
  for (const [key, pairs] of Object.entries(counts)) {
    const column = new Uint32Array(SERIES_SECONDS);
    for (const [back, count] of pairs) {
      column[SERIES_SECONDS - 1 - back] = count;
      total += count;
    }
    columns.set(key, column);
  }
  return { end, counts: columns, total };
}

describe('stackSeries', () => {
  it('puts each slot into its layer and the rest on top', () => {
    const stacks = stackSeries(seriesOf(1_003, { a: [[0, 4]], b: [[1, 2]], x: [[0, 7]] }), ['b', 'a'], 2);
    expect(stacks.starts.at(-1)).toBe(1_002);
    expect(stacks.layers.map((layer) => layer.at(-1))).toEqual([2, 4, 7]);
    expect(stacks.totals.at(-1)).toBe(13);
  });

  it('loses no reaction, however the bins fall', () => {
    const pairs = fc.array(fc.tuple(fc.nat(SERIES_SECONDS - 1), fc.nat(50)), { maxLength: 40 });
    fc.assert(
      fc.property(fc.integer({ min: 1_000, max: 5_000 }), fc.constantFrom(1, 2, 5, 10), pairs, (end, bin, taps) => {
        const unique = [...new Map(taps)];
        const series = seriesOf(end, { a: unique });
        const stacks = stackSeries(series, ['a'], bin);
        expect(stacks.totals.reduce((x, y) => x + y, 0)).toBe(series.total);
        expect(stacks.starts.every((start) => start % bin === 0)).toBe(true);
      }),
    );
  });
});

describe('chooseBin', () => {
  it('takes finer bins on wider screens', () => {
    expect([300, 340, 800, 1_600].map((width) => chooseBin(width, 5))).toEqual([5, 5, 2, 1]);
    expect(chooseBin(60, 5)).toBe(10);
  });
});

describe('recentCounts', () => {
  it('leaves out the second that is not over, and what was not used', () => {
    const series = seriesOf(1_000, {
      a: [
        [0, 99],
        [1, 4],
        [3, 6],
        [4, 50],
      ],
      b: [[2, 11]],
      c: [[0, 1]],
    });
    expect(recentCounts(series, 3)).toEqual([
      ['b', 11],
      ['a', 10],
    ]);
  });
});
