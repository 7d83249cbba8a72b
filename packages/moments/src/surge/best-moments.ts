import type { FoundMoment } from '../found-moment.ts';

/** Moments an hour that a list shows unless asked for more. */
export const MOMENTS_PER_HOUR = 8;

/** Of two moments that share more than this part of the shorter one, a list shows the better: nobody cuts a clip twice. */
const SHARED_MAX = 0.5;

/**
 * The best moments of a broadcast, in order of time: at most as many as its length allows, at least one if there is one.
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
