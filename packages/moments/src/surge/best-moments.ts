import type { FoundMoment } from '../found-moment.ts';

/** Default number of moments an hour in a list. */
export const MOMENTS_PER_HOUR = 8;

/**
 * When two moments share more than this part of the shorter one, a list shows the better one only, because both would
 * be one clip.
 */
const SHARED_MAX = 0.5;

/**
 * The best moments of a broadcast, in order of time: at most `perHour` an hour, and at least one if there is a moment.
 * @param seconds length of the broadcast
 */
export function bestMoments(
  moments: readonly FoundMoment[],
  seconds: number,
  perHour: number = MOMENTS_PER_HOUR,
): FoundMoment[] {
  const budget = Math.max(1, Math.round((perHour * seconds) / 3_600));
  const ranked = moments
    .filter(({ state }) => state === 'confirmed')
    .toSorted((a, b) => b.score - a.score || a.start - b.start);
  const best: FoundMoment[] = [];
  for (const moment of ranked) {
    if (best.length >= budget) break;
    if (!best.some((better) => isMostlyShared(better, moment))) best.push(moment);
  }
  return best.toSorted((a, b) => a.start - b.start);
}

function isMostlyShared(a: FoundMoment, b: FoundMoment): boolean {
  const shared = Math.min(a.end, b.end) - Math.max(a.start, b.start);
  return shared > SHARED_MAX * Math.min(a.end - a.start, b.end - b.start);
}
