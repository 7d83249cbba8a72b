/** A window is one UTC minute (ruling C7: floored in UTC, not in local time). */
export const WINDOW_MS = 60_000;
/** How long after its end a window still takes records. */
export const GRACE_MS = 5_000;
/** Append times that are further apart mean that the event log stood still (flows.md row 5). */
export const STANDSTILL_MS = 2_500;
/** The time of an item with an id may be at most this much later than its append time. */
export const FUTURE_MS = 2_000;
/** A source that was silent for this long in append time is forgotten. */
export const SOURCE_MEMORY_MS = 3_600_000;
/** Longest time, in append time, that a record of a deleted channel may still be on its way. */
export const GONE_MEMORY_MS = 3_600_000;
/** Number of emotes with their own count in one window. Further emotes count in `collected` only. */
export const WINDOW_EMOTES_MAX = 1_000;

export function windowStartOf(atMs: number): number {
  return Math.floor(atMs / WINDOW_MS) * WINDOW_MS;
}

/** Counts of one channel in one window. JSON, because the snapshot stores it. */
export interface WindowState {
  readonly start: number;
  /** all valid reactions, allowed or not */
  collected: number;
  counts: Record<string, number>;
  /** ids of HTTP items seen in this window */
  ids: string[];
  /** state of each detector, by its name */
  detectors: Record<string, unknown>;
}

export function emptyWindow(start: number): WindowState {
  return { start, collected: 0, counts: {}, ids: [], detectors: {} };
}

export function addToWindow(window: WindowState, emote: string, n: number): void {
  window.collected += n;
  const known = window.counts[emote];
  if (known !== undefined) window.counts[emote] = known + n;
  else if (Object.keys(window.counts).length < WINDOW_EMOTES_MAX) window.counts[emote] = n;
}
