import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { retryDelay } from './backoff.ts';

describe('retryDelay', () => {
  it('lies within 3 s ± 0.5 for the first retry (C10)', () => {
    expect(retryDelay(0, () => 0)).toBe(2_500);
    expect(retryDelay(0, () => 0.5)).toBe(3_000);
    expect(retryDelay(0, () => 0.999_999)).toBeCloseTo(3_500, 0);
  });

  it('draws from all of a ceiling that doubles and ends at 30 s (C10)', () => {
    const luck = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1_000 }), luck, (attempt, random) => {
        const ceiling = Math.min(30_000, 3_000 * 2 ** attempt);
        const delay = retryDelay(attempt, () => random);
        expect(delay).toBe(Math.round(Math.max(250, random * ceiling)));
      }),
    );
  });
});
