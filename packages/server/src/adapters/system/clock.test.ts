import { describe, expect, it } from 'vitest';
import { describeClockContract } from '../../../test/contracts/clock.contract.ts';
import { createSystemClock } from './clock.ts';

describeClockContract('the system clock', () => ({ clock: createSystemClock(), pass: () => undefined }));

describe('the system clock', () => {
  it('starts at the wall clock', () => {
    const before = Date.now();
    const now = createSystemClock().now();
    expect(now).toBeGreaterThanOrEqual(before - 1_000);
    expect(now).toBeLessThan(before + 60_000);
  });

  it('refuses a delay that Node would cut to nothing', () => {
    expect(() => createSystemClock().after(2 ** 31, () => undefined)).toThrow(RangeError);
  });
});
