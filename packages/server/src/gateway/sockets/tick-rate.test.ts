import { describe, expect, it } from 'vitest';
import { TICK_MS, TickRate } from './tick-rate.ts';

const CALM = { connections: 1_000, late: 0 };

function setUp() {
  const changes: number[] = [];
  const loop = { delayMs: 0 };
  const rate = new TickRate({ loopDelayMs: () => loop.delayMs, changed: (periodMs) => changes.push(periodMs) }, 0);
  let now = 0;
  /** one look */
  const look = (load = CALM) => rate.sweep((now += 2_000), load);
  return { changes, loop, rate, look };
}

describe('rooms tick', () => {
  it('at 5 Hz while the process keeps up', () => {
    const { changes, loop, rate, look } = setUp();
    for (loop.delayMs = 0; loop.delayMs <= 50; loop.delayMs += 10) look();
    expect(rate.periodMs).toBe(TICK_MS);
    expect(changes).toEqual([]);
  });

  it('half as often after each look at a loop that is 50 ms late, down to 1 Hz', () => {
    const { changes, loop, look } = setUp();
    loop.delayMs = 51;
    for (let i = 0; i < 5; i += 1) look();
    expect(changes).toEqual([400, 800, 1_000]);
  });

  it('half as often when one connection in twenty does not keep up', () => {
    const { rate, look } = setUp();
    look({ connections: 1_000, late: 50 });
    expect(rate.periodMs).toBe(TICK_MS);
    look({ connections: 1_000, late: 51 });
    expect(rate.periodMs).toBe(400);
  });

  it('at 5 Hz for nine viewers although the tenth does not keep up', () => {
    const { rate, look } = setUp();
    look({ connections: 10, late: 1 });
    expect(rate.periodMs).toBe(TICK_MS);
  });

  it('no faster while the process is only just keeping up', () => {
    const { loop, rate, look } = setUp();
    loop.delayMs = 60;
    look();
    loop.delayMs = 45;
    for (let i = 0; i < 10; i += 1) look();
    expect(rate.periodMs).toBe(400);
    loop.delayMs = 0;
    for (let i = 0; i < 10; i += 1) look({ connections: 100, late: 3 });
    expect(rate.periodMs).toBe(400);
  });

  it('a fifth faster after each calm look, until they are at 5 Hz again', () => {
    const { changes, loop, look } = setUp();
    loop.delayMs = 60;
    look();
    loop.delayMs = 0;
    for (let i = 0; i < 10; i += 1) look();
    expect(changes).toEqual([400, 320, 256, 205, TICK_MS]);
  });

  it('are looked at every two seconds, however often the sweep comes', () => {
    let looks = 0;
    const loopDelayMs = () => {
      looks += 1;
      return 0;
    };
    const rate = new TickRate({ loopDelayMs, changed: () => undefined }, 0);
    for (let now = 500; now <= 10_000; now += 500) rate.sweep(now, CALM);
    expect(looks).toBe(5);
  });

  it('at 5 Hz when nobody is there', () => {
    const { rate, look } = setUp();
    look({ connections: 0, late: 0 });
    expect(rate.periodMs).toBe(TICK_MS);
  });
});
