import { DEFAULT_ALLOWED_EMOTES } from '@ovation/protocol';
import { pick, type Random } from './random.ts';

/** The classic generator (S0-01, S0-03): every second one emote, or with 20 % a burst of 3 to 10 of the same. */
export const BURST_PROBABILITY = 0.2;
export const BURST_MIN = 3;
export const BURST_MAX = 10;

/** The emotes of one tick: all the same. */
export function classicTick(random: Random): string[] {
  const emote = pick(random, DEFAULT_ALLOWED_EMOTES);
  if (random() >= BURST_PROBABILITY) return [emote];
  const size = BURST_MIN + Math.floor(random() * (BURST_MAX - BURST_MIN + 1));
  return Array.from({ length: size }, () => emote);
}
