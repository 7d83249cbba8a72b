import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { retryDelay } from './backoff.ts';

const luck = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });

describe('retryDelay', () => {
  it('lies within 3 s ± 0.5 for the first 30 s after a loss (C10, S0-24)', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 29_999 }), fc.nat(100), luck, (lostForMs, lateAttempts, random) => {
        const delay = retryDelay({ lostForMs, lateAttempts }, () => random);
        expect(delay).toBeGreaterThanOrEqual(2_500);
        expect(delay).toBeLessThanOrEqual(3_500);
      }),
    );
    expect(retryDelay({ lostForMs: 0, lateAttempts: 0 }, () => 0.5)).toBe(3_000);
  });

  it('then draws from all of a ceiling that doubles from 6 s and ends at 30 s (C10)', () => {
    fc.assert(
      fc.property(fc.integer({ min: 30_000 }), fc.integer({ min: 0, max: 1_000 }), luck, (lostForMs, late, random) => {
        const ceiling = Math.min(30_000, 6_000 * 2 ** late);
        const delay = retryDelay({ lostForMs, lateAttempts: late }, () => random);
        expect(delay).toBe(Math.round(Math.max(250, random * ceiling)));
      }),
    );
  });
});
