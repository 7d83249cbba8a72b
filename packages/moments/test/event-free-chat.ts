import type { AudienceMessage } from '../src/activity-of-messages/message.ts';
import { seededRandom } from '../src/seeded-random.ts';

export interface EventFreeOptions {
  readonly viewers: number;
  readonly seconds: number;
  readonly seed: number;
  /** variance of the messages of a second over their mean: 1 = Poisson, more = negative binomial */
  readonly dispersion: number;
}

/** Messages a second for each viewer, as in ordinary chats. */
const RATE_PER_VIEWER = 0.004;
const WORDS = 'LUL KEKW nice yes what ok PogChamp go hello who LOL gg true no why 77 😂 🔥 ❤️ same lets good'.split(
  ' ',
);

/**
 * The chat of an audience to which nothing happens: a constant rate, a few authors who write much and many who write
 * little, and an unchanged mix of words and emotes. Every moment that a detector finds here is a false alarm. The same
 * seed gives the same chat.
 */
export function* eventFreeChat({ viewers, seconds, seed, dispersion }: EventFreeOptions): Generator<AudienceMessage> {
  const random = seededRandom(seed);
  const rate = viewers * RATE_PER_VIEWER;
  for (let second = 0; second < seconds; second += 1) {
    const mean = dispersion > 1 ? gamma(rate / (dispersion - 1), random) * (dispersion - 1) : rate;
    const count = poisson(mean, random);
    for (let index = 0; index < count; index += 1) {
      yield {
        at: second + (index + random()) / count,
        author: `viewer${Math.floor(viewers * random() ** 2.5)}`,
        text: words(random),
      };
    }
  }
}

function words(random: () => number): string {
  const length = random() < 0.6 ? 1 : 2 + Math.floor(8 * random());
  return Array.from({ length }, () => WORDS[Math.floor(WORDS.length * random() ** 1.5)]).join(' ');
}

function poisson(mean: number, random: () => number): number {
  if (mean > 30) return Math.max(0, Math.round(mean + Math.sqrt(mean) * normal(random)));
  const limit = Math.exp(-mean);
  let count = 0;
  for (let product = random(); product > limit; product *= random()) count += 1;
  return count;
}

/** Marsaglia and Tsang, "A Simple Method for Generating Gamma Variables", 2000. */
function gamma(shape: number, random: () => number): number {
  if (shape < 1) return gamma(shape + 1, random) * random() ** (1 / shape);
  const d = shape - 1 / 3;
  const c = 1 / Math.sqrt(9 * d);
  for (;;) {
    const x = normal(random);
    const v = (1 + c * x) ** 3;
    if (v > 0 && Math.log(1 - random()) < (x * x) / 2 + d - d * v + d * Math.log(v)) return d * v;
  }
}

function normal(random: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}
