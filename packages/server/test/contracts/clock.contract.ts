import { describe, expect, it } from 'vitest';
import type { Clock } from '../../src/ports/clock.ts';

export interface ClockUnderTest {
  readonly clock: Clock;
  /** Lets time pass where the clock does not do so by itself. */
  readonly pass: (ms: number) => void;
}

/** What every clock does; its adapters' tests call this. */
export function describeClockContract(name: string, open: () => ClockUnderTest): void {
  describe(`${name} as a clock`, () => {
    it('never answers less than before', () => {
      const { clock, pass } = open();
      let last = clock.now();
      for (let i = 0; i < 1_000; i++) {
        pass(1);
        const now = clock.now();
        expect(now).toBeGreaterThanOrEqual(last);
        last = now;
      }
    });

    it('answers whole milliseconds', () => {
      const { clock } = open();
      clock.raiseTo(clock.now() + 0.5);
      expect(Number.isInteger(clock.now())).toBe(true);
    });

    describeRaising(open);
    describeTasks(open);
  });
}

function describeRaising(open: () => ClockUnderTest): void {
  it('is never below what it was raised to, and goes on from there', async () => {
    const { clock, pass } = open();
    const raised = clock.now() + 3_600_000;
    clock.raiseTo(raised);
    expect(clock.now()).toBeGreaterThanOrEqual(raised);
    const later = new Promise<number>((resolve) => void clock.after(20, () => resolve(clock.now())));
    pass(20);
    expect(await later).toBeGreaterThan(raised);
  });

  it('tells how long something lasts, whatever it is raised to', () => {
    const { clock, pass } = open();
    const before = clock.elapsed();
    clock.raiseTo(clock.now() + 3_600_000);
    pass(20);
    expect(Number.isInteger(clock.elapsed())).toBe(true);
    expect(clock.elapsed()).toBeGreaterThanOrEqual(before);
    expect(clock.elapsed() - before).toBeLessThan(60_000);
  });

  it('is not moved by raising it to the past', () => {
    const { clock } = open();
    const before = clock.now();
    clock.raiseTo(before - 3_600_000);
    expect(clock.now()).toBeGreaterThanOrEqual(before);
    expect(clock.now()).toBeLessThan(before + 60_000);
  });
}

function describeTasks(open: () => ClockUnderTest): void {
  it('runs a task once', async () => {
    const { clock, pass } = open();
    let runs = 0;
    const later = new Promise<void>((resolve) => {
      clock.after(5, () => runs++);
      clock.after(60, resolve);
    });
    pass(100);
    await later;
    expect(runs).toBe(1);
  });

  it('runs tasks in the order of their time', async () => {
    const { clock, pass } = open();
    const order: string[] = [];
    const last = new Promise<void>((resolve) => {
      clock.after(60, () => {
        order.push('late');
        resolve();
      });
    });
    clock.after(5, () => order.push('early'));
    pass(60);
    await last;
    expect(order).toEqual(['early', 'late']);
  });

  it('does not run a task that was disposed', async () => {
    const { clock, pass } = open();
    let ran = false;
    clock.after(5, () => (ran = true))[Symbol.dispose]();
    const later = new Promise<void>((resolve) => void clock.after(40, resolve));
    pass(40);
    await later;
    expect(ran).toBe(false);
  });

  it('repeats a task until it is disposed', async () => {
    const { clock, pass } = open();
    let runs = 0;
    const third = new Promise<void>((resolve) => {
      const repeated = clock.every(5, () => {
        runs++;
        if (runs < 3) return;
        repeated[Symbol.dispose]();
        resolve();
      });
    });
    pass(50);
    await third;
    const later = new Promise<void>((resolve) => void clock.after(40, resolve));
    pass(40);
    await later;
    expect(runs).toBe(3);
  });

  it('refuses a period of nothing', () => {
    expect(() => open().clock.every(0, () => undefined)).toThrow(RangeError);
  });
}
