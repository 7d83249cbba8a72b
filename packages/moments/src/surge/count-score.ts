/** Anscombe's constant: without it three messages into a silence were a surge. */
const SMALL_COUNTS = 3 / 8;

/**
 * Difference of two counts in standard deviations, whatever their size: for counts whose variance is
 * `n + restlessness * n^2`, this transform makes it 1. Small counts vary by chance, large ones as audiences do.
 */
export function countScore(count: number, expected: number, restlessness: number): number {
  return stabilised(count, restlessness) - stabilised(expected, restlessness);
}

function stabilised(count: number, restlessness: number): number {
  const share = Math.sqrt(restlessness);
  return (2 / share) * Math.asinh(share * Math.sqrt(Math.max(0, count) + SMALL_COUNTS));
}
