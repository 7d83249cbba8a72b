import { DEFAULT_ALLOWED_EMOTES } from '@ovation/protocol';
import { poisson } from './draw-numbers.ts';
import type { Random } from './random.ts';
import { pick } from './random.ts';

/** Something happens in the broadcast: one emote swells and fades. */
interface Wave {
  readonly emote: string;
  readonly strength: number;
  age: number;
}

const CALM_PER_SECOND = 4;
const WAVE_SECONDS = 14;
const FIRST_WAVE_AFTER = 6;
const SHORTEST_CALM = 16;
const LONGEST_CALM = 34;

/**
 * A lively small audience for somebody who looks at the product for the first time: a murmur of all emotes and, two or
 * three times a minute, a wave of one. Not for measuring detectors.
 */
export function createDemoAudience(random: Random): { second(): string[] } {
  let wave: Wave | undefined;
  let calmLeft = FIRST_WAVE_AFTER;

  function nextWave(): Wave | undefined {
    if (wave && wave.age < WAVE_SECONDS) return wave;
    if (wave) calmLeft = SHORTEST_CALM + Math.floor(random() * (LONGEST_CALM - SHORTEST_CALM));
    calmLeft -= 1;
    if (calmLeft > 0) return undefined;
    return { emote: pick(random, DEFAULT_ALLOWED_EMOTES), strength: 12 + random() * 18, age: 0 };
  }

  return {
    second() {
      const emotes = Array.from({ length: poisson(random, CALM_PER_SECOND) }, () =>
        pick(random, DEFAULT_ALLOWED_EMOTES),
      );
      wave = nextWave();
      if (!wave) return emotes;
      wave.age += 1;
      // Rises within three seconds, then decays: how reactions to an event arrive (highlights.md 5, "Delay").
      const swell = wave.age <= 3 ? wave.age / 3 : Math.exp(-(wave.age - 3) / 4);
      const { emote } = wave;
      return [...emotes, ...Array.from({ length: poisson(random, wave.strength * swell) }, () => emote)];
    },
  };
}
