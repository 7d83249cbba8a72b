/** When to try again after a lost connection (ruling C10). */

const FIRST_MS = 3_000;
const FIRST_SPREAD_MS = 500;
const CEILING_MS = 30_000;
/** Full jitter may draw zero; a refused connection must not become a busy loop. */
const FLOOR_MS = 250;

/**
 * Milliseconds until attempt number `attempt` (0 = the first retry): 3 s ± 0.5, then full jitter under a ceiling that
 * doubles up to 30 s, so that a thousand viewers do not come back in step.
 * @param random gives [0, 1)
 */
export function retryDelay(attempt: number, random: () => number): number {
  if (attempt <= 0) return Math.round(FIRST_MS + (random() * 2 - 1) * FIRST_SPREAD_MS);
  const ceiling = Math.min(CEILING_MS, FIRST_MS * 2 ** Math.min(attempt, 10));
  return Math.round(Math.max(FLOOR_MS, random() * ceiling));
}
