import { describe, expect, it } from 'vitest';
import { bestMoments } from './best-moments.ts';
import type { FoundMoment } from '../found-moment.ts';

const moment = (start: number, score: number, state: FoundMoment['state'] = 'confirmed'): FoundMoment => ({
  openedAt: start,
  state,
  start,
  end: start + 30,
  peak: start + 15,
  score,
  at: start + 40,
  reasons: {
    rate: { now: 2, base: 1 },
    messages: 60,
    authors: 40,
    reactions: [],
    samples: [],
    kind: 'hype',
    flags: [],
  },
});

describe('best moments', () => {
  it('are the highest scores that the length allows, in order of time', () => {
    const moments = Array.from({ length: 20 }, (_, index) => moment(100 * index, (index * 7) % 20));
    const best = bestMoments(moments, 3_600);
    expect(best.map(({ score }) => score).toSorted((a, b) => a - b)).toEqual([12, 13, 14, 15, 16, 17, 18, 19]);
    expect(best.map(({ start }) => start)).toEqual(best.map(({ start }) => start).toSorted((a, b) => a - b));
    expect(bestMoments(moments, 1_800)).toHaveLength(4);
    expect(bestMoments(moments, 3_600, 10)).toHaveLength(10);
  });

  it('show the better of two that are mostly the same seconds', () => {
    const best = bestMoments([moment(100, 3), moment(110, 6), moment(126, 5), moment(300, 1)], 3_600);
    expect(best.map(({ start }) => start)).toEqual([110, 126, 300]);
  });

  it('have at least one, and none that is not confirmed', () => {
    expect(bestMoments([moment(10, 5)], 60)).toHaveLength(1);
    expect(bestMoments([moment(10, 5, 'rising')], 3_600)).toEqual([]);
  });
});
