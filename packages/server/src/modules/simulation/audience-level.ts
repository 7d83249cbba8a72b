import { normal } from './draw-numbers.ts';
import type { Random } from './random.ts';

/** An audience talks more in one part of the broadcast than in another: deviation (of the logarithm) and memory. */
const DRIFT_SIGMA = 0.25;
const DRIFT_S = 1_500;
/** Talk and answers: slower than a second, faster than a moment. */
const CHATTER_SIGMA = 0.1;
const CHATTER_S = 40;
/** From one second to the next. */
const FLICKER_SIGMA = 0.15;

/**
 * How lively the audience is in each second, 1 in the mean. Counts drawn with it vary more than Poisson's: about the mean
 * of ten minutes the rate deviates by 18 % from second to second and by 10 to 12 % in bins of 5 to 30 s, as between the
 * events of sim1 (9 to 17 %). Real chats vary more, but their quiet stretches are not labelled.
 */
export function createLevel(random: Random): () => number {
  const drift = createWander(random, DRIFT_SIGMA, DRIFT_S);
  const chatter = createWander(random, CHATTER_SIGMA, CHATTER_S);
  return () => drift() * chatter() * Math.exp(FLICKER_SIGMA * normal(random) - FLICKER_SIGMA ** 2 / 2);
}

/** exp of an autoregressive process of first order, corrected to mean 1. */
function createWander(random: Random, sigma: number, memoryS: number): () => number {
  const keep = Math.exp(-1 / memoryS);
  const fresh = sigma * Math.sqrt(1 - keep ** 2);
  let value = sigma * normal(random);
  return () => {
    value = keep * value + fresh * normal(random);
    return Math.exp(value - sigma ** 2 / 2);
  };
}
