import type { Random } from './random.ts';

/** Above this mean the normal distribution is as good, and its cost does not grow with the mean. */
const KNUTH_MAX_MEAN = 30;

/** A whole number from 0 on with this mean. */
export function poisson(random: Random, mean: number): number {
  if (mean > KNUTH_MAX_MEAN) return Math.max(0, Math.round(mean + Math.sqrt(mean) * normal(random)));
  const limit = Math.exp(-mean);
  let product = random();
  let count = 0;
  while (product > limit) {
    product *= random();
    count += 1;
  }
  return count;
}

/** Mean 0, deviation 1 (Box and Muller). */
export function normal(random: Random): number {
  const radius = Math.sqrt(2 * -Math.log(1 - random()));
  return radius * Math.cos(2 * Math.PI * random());
}

export function logNormal(random: Random, median: number, sigma: number): number {
  return median * Math.exp(sigma * normal(random));
}

export function between(random: Random, least: number, most: number): number {
  return least + random() * (most - least);
}

/** The list in another order. */
export function shuffled<T>(random: Random, list: readonly T[]): T[] {
  return list
    .map((value) => ({ value, place: random() }))
    .toSorted((a, b) => a.place - b.place)
    .map(({ value }) => value);
}

/** Everything of the list once in random order, then again: proportions hold in every stretch of its length. */
export function* drawFromBag<T>(random: Random, list: readonly T[]): Generator<T, never> {
  for (;;) yield* shuffled(random, list);
}
