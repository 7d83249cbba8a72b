/** Anscombe's constant, 3/8. Without it three messages after a silence would be a surge. */
const SMALL_COUNTS = 0.375;

/**
 * Difference of two counts in standard deviations. The variance of a count is taken as `n + restlessness * n^2`: small
 * counts vary by chance, large ones as audiences do. The transform makes this variance 1 for counts of any size.
 */
export function countScore(count: number, expected: number, restlessness: number): number {
  return stabilised(count, restlessness) - stabilised(expected, restlessness);
}

function stabilised(count: number, restlessness: number): number {
  const share = Math.sqrt(restlessness);
  return (2 / share) * Math.asinh(share * Math.sqrt(Math.max(0, count) + SMALL_COUNTS));
}
