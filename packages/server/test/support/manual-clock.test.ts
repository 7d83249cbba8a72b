import { describe, expect, it } from 'vitest';
import { describeClockContract } from '../contracts/clock.contract.ts';
import { createManualClock } from './manual-clock.ts';

describeClockContract('the manual clock', () => {
  const clock = createManualClock();
  return { clock, pass: (ms) => clock.advance(ms) };
});

describe('the manual clock', () => {
  it('stands still by itself', () => {
    const clock = createManualClock(1_000);
    expect([clock.now(), clock.now()]).toEqual([1_000, 1_000]);
  });

  it('shows each task its own time', () => {
    const clock = createManualClock(0);
    const seen: number[] = [];
    clock.every(10, () => seen.push(clock.now()));
    clock.after(25, () => seen.push(clock.now()));
    clock.advance(30);
    expect(seen).toEqual([10, 20, 25, 30]);
    expect(clock.now()).toBe(30);
  });

  it('runs what a task schedules when it is due within the same advance', () => {
    const clock = createManualClock(0);
    const seen: number[] = [];
    clock.after(5, () => void clock.after(5, () => seen.push(clock.now())));
    clock.advance(9);
    expect(seen).toEqual([]);
    clock.advance(1);
    expect(seen).toEqual([10]);
  });
});
