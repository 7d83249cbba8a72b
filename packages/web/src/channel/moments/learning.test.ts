import { SERIES_SECONDS, type Series } from '@ovation/client';
import type { Moment } from '@ovation/protocol';
import { describe, expect, it } from 'vitest';
import { learningSeconds } from './learning.ts';

/** One reaction at each of these ages, in seconds. */
function seriesOf(...ages: number[]): Series {
  const column = new Uint32Array(SERIES_SECONDS);
  for (const age of ages) column[SERIES_SECONDS - 1 - age] = 1;
  return { end: 1_000, counts: new Map([['unicode:1f525', column]]), total: ages.length };
}

const of = (detector: string) => [{ detector }] as Moment[]; // nothing else is read

describe('learning an audience', () => {
  it('takes 140 s from its first reaction', () => {
    expect(learningSeconds(seriesOf(0), [])).toBe(140);
    expect(learningSeconds(seriesOf(30, 2), of('ratio'))).toBe(110);
    expect(learningSeconds(seriesOf(140, 2), [])).toBe(0);
    expect(learningSeconds(seriesOf(299), [])).toBe(0);
  });

  it('is over when a moment of the audience is known, and does not begin without reactions', () => {
    expect(learningSeconds(seriesOf(5), of('surge'))).toBe(0);
    expect(learningSeconds(seriesOf(), [])).toBe(0);
  });
});
