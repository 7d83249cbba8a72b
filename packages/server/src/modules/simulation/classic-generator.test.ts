import { DEFAULT_ALLOWED_EMOTES } from '@ovation/protocol';
import { describe, expect, it } from 'vitest';
import { BURST_MAX, BURST_MIN, BURST_PROBABILITY, classicTick } from './classic-generator.ts';
import { createDemoAudience } from './demo-audience.ts';
import { seededRandom } from '@ovation/moments';

describe('classic generator', () => {
  const random = seededRandom(1);
  const ticks = Array.from({ length: 10_000 }, () => classicTick(random));

  it('bursts in 18 to 22 of 100 ticks, in every size from 3 to 10 (S0-03)', () => {
    const bursts = ticks.filter((tick) => tick.length > 1);
    expect(bursts.length / ticks.length).toBeGreaterThan(0.18);
    expect(bursts.length / ticks.length).toBeLessThan(0.22);
    expect([BURST_PROBABILITY, BURST_MIN, BURST_MAX]).toEqual([0.2, 3, 10]);
    expect(new Set(bursts.map((tick) => tick.length))).toEqual(new Set([3, 4, 5, 6, 7, 8, 9, 10]));
  });

  it('sends one emote in a tick, and all classic emotes over time', () => {
    expect(ticks.every((tick) => new Set(tick).size === 1)).toBe(true);
    expect(new Set(ticks.flat())).toEqual(new Set(DEFAULT_ALLOWED_EMOTES));
  });

  it('gives the same audience for the same seed', () => {
    const again = seededRandom(1);
    expect(ticks).toEqual(Array.from({ length: 10_000 }, () => classicTick(again)));
  });
});

describe('demo audience', () => {
  it('lets one emote stand out within every minute, whatever the seed', () => {
    for (let seed = 0; seed < 50; seed += 1) {
      const audience = createDemoAudience(seededRandom(seed), { random: seededRandom(1), seed: 1 });
      const minutes = Array.from({ length: 5 }, () =>
        Array.from({ length: 60 }, () => audience.second().emotes).flat(),
      );
      for (const emotes of minutes) {
        const shares = DEFAULT_ALLOWED_EMOTES.map(
          (emote) => emotes.filter((one) => one === emote).length / emotes.length,
        );
        expect(Math.max(...shares)).toBeGreaterThan(0.2);
      }
    }
  });
});
