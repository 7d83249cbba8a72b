import { describe, expect, it } from 'vitest';
import { describeClockContract } from '../../../test/contracts/clock.contract.ts';
import { createSystemClock } from './clock.ts';

/** A machine whose clock can be set. */
function machine() {
  let [wallMs, monotonicMs] = [Date.UTC(2026, 0, 1), 5_000];
  const clock = createSystemClock({ wall: () => wallMs, monotonic: () => monotonicMs });
  return {
    clock,
    pass: (ms: number) => {
      wallMs += ms;
      monotonicMs += ms;
      return clock.now();
    },
    set: (byMs: number) => void (wallMs += byMs),
  };
}

const HOUR_MS = 3_600_000;

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

describe("a machine's clock that is set while the process runs", () => {
  it('is followed forth when it has held for two seconds, and not before', () => {
    const { clock, pass, set } = machine();
    const start = clock.now();
    set(HOUR_MS);
    expect(pass(0)).toBe(start);
    expect(pass(1_999)).toBe(start + 1_999);
    expect(pass(1)).toBe(start + HOUR_MS + 2_000);
    expect(clock.now()).toBe(clock.wall());
  });

  it('is not followed when the step forth is taken back at once', () => {
    const { clock, pass, set } = machine();
    const start = clock.now();
    set(HOUR_MS);
    pass(1_000);
    set(-HOUR_MS);
    expect(pass(5_000)).toBe(start + 6_000);
  });

  it('is not followed back: time goes on from where it was, and the machine catches up', () => {
    const { clock, pass, set } = machine();
    const start = clock.now();
    set(-HOUR_MS);
    expect(pass(10)).toBe(start + 10);
    expect(pass(HOUR_MS)).toBe(start + HOUR_MS + 10);
    expect(clock.now() - clock.wall()).toBe(HOUR_MS);
    set(HOUR_MS);
    expect(clock.now()).toBe(clock.wall());
  });

  it('goes on beside a log that is ahead, until it has passed it', () => {
    const { clock, pass, set } = machine();
    const start = clock.now();
    clock.raiseTo(start + HOUR_MS);
    expect(pass(3_000)).toBe(start + HOUR_MS + 3_000);
    set(2 * HOUR_MS);
    pass(0);
    expect(pass(2_000)).toBe(start + 2 * HOUR_MS + 5_000);
  });

  it('never answers less than before, whatever happens to it', () => {
    const { clock, pass, set } = machine();
    let last = clock.now();
    for (let n = 1; n < 2_000; n++) {
      set(((n * 7_919) % 20_011) - 10_000);
      const now = pass((n * 31) % 1_500);
      expect(now).toBeGreaterThanOrEqual(last);
      last = now;
    }
  });
});
