import type { SurgeMoment } from './surge-moment.ts';

/** Moments an hour that a list shows unless asked for more. */
export const MOMENTS_PER_HOUR = 8;

/**
 * The best moments of a broadcast, in order of time: as many as its length allows, at least one.
 * @param seconds length of the broadcast
 */
export function bestMoments(
  moments: readonly SurgeMoment[],
  seconds: number,
  perHour: number = MOMENTS_PER_HOUR,
): SurgeMoment[] {
  const budget = Math.max(1, Math.round((perHour * seconds) / 3_600));
  const ranked = moments
    .filter(({ state }) => state === 'confirmed')
    .toSorted((a, b) => b.score - a.score || a.start - b.start);
  return ranked.slice(0, budget).toSorted((a, b) => a.start - b.start);
}
