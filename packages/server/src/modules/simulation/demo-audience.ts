import type { AudienceMessage } from '@ovation/moments';
import { DEFAULT_ALLOWED_EMOTES, type MomentKind } from '@ovation/protocol';
import { SMALL_TALK } from './chat-words.ts';
import { createAuthors } from './choose-author.ts';
import { between, poisson } from './draw-numbers.ts';
import { pick, type Random } from './random.ts';
import { createWriter } from './write-message.ts';

/** Something happens in the broadcast: one emote swells and fades. */
interface Wave {
  readonly emote: string;
  readonly strength: number;
  age: number;
}

const CALM_PER_SECOND = 4;
const TALK_PER_SECOND = 0.7;
/** Most tap; few of them write. */
const WRITTEN_SHARE = 0.2;
const WRITERS = 120;
/** What people who tap this emote say. */
const MOODS: Readonly<Record<string, MomentKind>> = {
  '😀': 'laugh',
  '😡': 'shock',
  '😢': 'sad',
  '😮': 'shock',
  '❤️': 'love',
  '👍': 'hype',
  '👎': 'sad',
  '🔥': 'hype',
};
const WAVE_SECONDS = 14;
const FIRST_WAVE_AFTER = 6;
const SHORTEST_CALM = 16;
const LONGEST_CALM = 34;
/** Reactions a second at the top of a wave. */
const WEAKEST_WAVE = 12;
const STRONGEST_WAVE = 30;

export interface DemoSecond {
  readonly emotes: string[];
  /** without times: they are of this second */
  readonly messages: Omit<AudienceMessage, 'at'>[];
}

/**
 * A lively small audience for the first look at the product: a murmur of all emotes and, two or
 * three times a minute, a wave of one, with some chat. Not for measuring detectors. Chat draws from numbers of its own:
 * the same seed taps the same with and without.
 */
export function createDemoAudience(random: Random, chat: { random: Random; seed: number }): { second(): DemoSecond } {
  const authors = createAuthors(chat.random, WRITERS, chat.seed);
  const writer = createWriter(chat.random, 'emoji');
  let wave: Wave | undefined;
  let calmLeft = FIRST_WAVE_AFTER;

  function nextWave(): Wave | undefined {
    if (wave && wave.age < WAVE_SECONDS) return wave;
    if (wave) calmLeft = SHORTEST_CALM + Math.floor(random() * (LONGEST_CALM - SHORTEST_CALM));
    calmLeft -= 1;
    if (calmLeft > 0) return undefined;
    return {
      emote: pick(random, DEFAULT_ALLOWED_EMOTES),
      strength: between(random, WEAKEST_WAVE, STRONGEST_WAVE),
      age: 0,
    };
  }

  function talk(mean: number, text: () => string): DemoSecond['messages'] {
    return Array.from({ length: poisson(chat.random, mean) }, () => ({ author: authors.viewer(), text: text() }));
  }

  return {
    second() {
      const emotes = Array.from({ length: poisson(random, CALM_PER_SECOND) }, () =>
        pick(random, DEFAULT_ALLOWED_EMOTES),
      );
      const messages = talk(TALK_PER_SECOND, () => pick(chat.random, SMALL_TALK));
      wave = nextWave();
      if (!wave) return { emotes, messages };
      wave.age += 1;
      // Rises within three seconds, then decays: that is how reactions to an event arrive.
      const swell = wave.age <= 3 ? wave.age / 3 : Math.exp(-(wave.age - 3) / 4);
      const { emote, strength } = wave;
      const mood = { kind: MOODS[emote] ?? 'hype', favourite: emote, share: 1 };
      return {
        emotes: [...emotes, ...Array.from({ length: poisson(random, strength * swell) }, () => emote)],
        // In a wave it is what people react to that comes first.
        messages: [...talk(WRITTEN_SHARE * strength * swell, () => writer.react(mood)), ...messages],
      };
    },
  };
}
