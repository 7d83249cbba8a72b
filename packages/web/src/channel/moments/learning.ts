import { SERIES_SECONDS, type Series } from '@ovation/client';
import type { Moment } from '@ovation/protocol';

/** The server says nothing of an audience as a whole before it has known it this long. */
export const LEARNING_SECONDS = 140;

/** Seconds until the audience is known; 0 when it is, or while there is none. */
export function learningSeconds(series: Series, moments: Iterable<Moment>): number {
  if (series.total === 0) return 0;
  for (const { detector } of moments) if (detector === 'surge') return 0;
  let first = SERIES_SECONDS - 1;
  for (const column of series.counts.values()) {
    const index = column.findIndex((count) => count > 0);
    if (index !== -1) first = Math.min(first, index);
  }
  return Math.max(0, LEARNING_SECONDS - (SERIES_SECONDS - 1 - first));
}
