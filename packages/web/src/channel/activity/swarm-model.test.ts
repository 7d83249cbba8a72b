import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LIFE_MS, createSwarm, placeOf, sizeOf, type Floater } from './swarm-model.ts';

const FRAME_MS = 16;

/** Runs the frames from `from` on. @returns everything that rose */
function run(swarm: ReturnType<typeof createSwarm>, ms: number, from = 0): Floater[] {
  const risen = new Set<Floater>();
  for (let now = from; now <= from + ms; now += FRAME_MS) for (const one of swarm.advance(now)) risen.add(one);
  return [...risen];
}

describe('a swarm', () => {
  it('lets single reactions rise one by one', () => {
    const swarm = createSwarm(40, () => 0.5);
    swarm.add(new Map([['a', 2]]));
    expect(run(swarm, 2_000).map(({ key, weight }) => [key, weight])).toEqual([
      ['a', 1],
      ['a', 1],
    ]);
  });

  it('stands for every reaction once, with no more in the air than it may, whatever comes', () => {
    const tick = fc.dictionary(fc.constantFrom('a', 'b', 'c', 'd'), fc.integer({ min: 0, max: 5_000 }));
    fc.assert(
      fc.property(fc.array(tick, { maxLength: 30 }), fc.integer({ min: 1, max: 60 }), (ticks, most) => {
        const swarm = createSwarm(most, () => 0.3);
        const risen = new Map<Floater, number>();
        let added = 0;
        let now = 0;
        const step = () => {
          const air = swarm.advance(now);
          expect(air.length).toBeLessThanOrEqual(most);
          for (const one of air) risen.set(one, one.weight);
          now += 50;
        };
        for (const counts of ticks) {
          swarm.add(new Map(Object.entries(counts)));
          for (const n of Object.values(counts)) added += n;
          for (let frame = 0; frame < 4; frame += 1) step();
        }
        while (!swarm.isStill) step();
        expect([...risen.values()].reduce((sum, weight) => sum + weight, 0)).toBe(added);
      }),
      { numRuns: 30 },
    );
  });

  it('does not starve an emote that few use', () => {
    const swarm = createSwarm(40, Math.random);
    const risen: string[] = [];
    swarm.add(new Map([['rare', 1]]));
    for (let at = 0; at < 5_000; at += 200) {
      swarm.add(new Map([['flood', 500]]));
      risen.push(...run(swarm, 199, at).map(({ key }) => key));
    }
    expect(risen).toContain('rare');
  });

  it('is still when all have landed', () => {
    const swarm = createSwarm(40, () => 0);
    swarm.add(new Map([['a', 1]]));
    run(swarm, 100);
    expect(swarm.isStill).toBe(false);
    swarm.advance(LIFE_MS + 100);
    expect(swarm.isStill).toBe(true);
  });
});

describe('a floater', () => {
  it('comes and goes without a flash', () => {
    const floater: Floater = { key: 'a', weight: 1, born: 100, lane: 0, phase: 0 };
    expect(placeOf(floater, 100).opacity).toBe(0);
    expect(placeOf(floater, 100 + LIFE_MS / 2).opacity).toBe(1);
    expect(placeOf(floater, 100 + LIFE_MS).opacity).toBe(0);
  });

  it('is larger the more it stands for, and never fills the stage', () => {
    const sizes = [1, 2, 30, 255, 256, 100_000].map((weight) => sizeOf(weight, 0.25));
    expect(sizes).toEqual(sizes.toSorted((a, b) => a - b));
    expect(sizes[0]).toBe(0.25);
    expect(sizes.at(-1)).toBe(0.75);
  });
});
