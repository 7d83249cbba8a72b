/** When to try again after a lost connection (ruling C10). */

const STEADY_MS = 3_000;
const STEADY_SPREAD_MS = 500;
/** A restart is over by then. */
const STEADY_FOR_MS = 30_000;
const CEILING_MS = 30_000;
const DOUBLINGS_MAX = 10;
/** Full jitter may draw zero; a refused connection must not become a busy loop. */
const FLOOR_MS = 250;

export interface Absence {
  /** since the connection was lost, or first tried */
  readonly lostForMs: number;
  /** attempts that failed after the first 30 s */
  readonly lateAttempts: number;
}

/**
 * Milliseconds until the next attempt: 3 s ± 0.5 for the first 30 s, so that a server that comes back in that time is found
 * within 3.5 s; then full jitter under a ceiling that doubles from 6 s to 30 s, so that a thousand viewers do not come in step.
 * @param random gives [0, 1)
 */
export function retryDelay({ lateAttempts, lostForMs }: Absence, random: () => number): number {
  if (lostForMs < STEADY_FOR_MS) return Math.round(STEADY_MS + (random() * 2 - 1) * STEADY_SPREAD_MS);
  const ceiling = Math.min(CEILING_MS, 2 * STEADY_MS * 2 ** Math.min(lateAttempts, DOUBLINGS_MAX));
  return Math.round(Math.max(FLOOR_MS, random() * ceiling));
}

/** Whether the next wait is longer than the one before: the steady ones are over. */
export function isLate(lostForMs: number): boolean {
  return lostForMs >= STEADY_FOR_MS;
}
