import type { FoundMoment } from '../found-moment.ts';
import { countScore } from './count-score.ts';
import type { SurgeSettings } from './surge-settings.ts';

/** The onset is searched for at most this many seconds before the peak. */
const RISE_MAX_S = 90;
const ONSET_WINDOW_S = 6;
/** Within the merging distance, a rise with more than this many times the score is a new moment. */
const ANOTHER_MOMENT = 2;

/** The activity of an audience up to a second. */
export interface AudienceSoFar {
  readonly first: number;
  /** the last complete second */
  readonly last: number;
  readonly weight: { get(second: number): number };
  /** messages a second to compare with, and the number of seconds that it comes from */
  readonly pastBase: number;
  readonly pastBaseSeconds: number;
}

/** The highest score of the windows that end with a second. */
interface Height {
  /** end, middle, score and rate of the window with the highest score */
  readonly top: number;
  readonly peak: number;
  readonly score: number;
  readonly rate: number;
}

interface Rise {
  readonly openedAt: number;
  readonly base: number;
  highest: Height;
  /** highest count of the shortest window so far */
  newest: number;
}

/** JSON, because snapshots store it. */
export interface RiseState {
  rise: Rise | null;
  /** the moment before; the chat still reacts to it for a while */
  previous: { readonly top: number; readonly score: number } | null;
}

/** A moment before it is explained. */
export type RiseNews = Omit<FoundMoment, 'reasons'>;

export function noRise(): RiseState {
  return { rise: null, previous: null };
}

/** Called after each complete second. @returns news about a moment, if there are any */
export function followRise(state: RiseState, so: AudienceSoFar, settings: SurgeSettings): RiseNews | undefined {
  if (so.pastBaseSeconds < settings.coldStartS) return undefined;
  // An open rise in a snapshot of an earlier version has another shape. It is dropped.
  if (state.rise && !('highest' in state.rise)) state.rise = null;
  const base = state.rise?.base ?? so.pastBase;
  const now = heightOf(so, base, settings);
  const newest = countOf(so, so.last, Math.min(...settings.liveWindowsS));
  if (!state.rise) {
    if (now.score < settings.liveMinScore || belongsToPrevious(state, now, settings)) return undefined;
    state.rise = { openedAt: so.last, base, highest: now, newest };
    return newsOf(state.rise, 'rising', so, settings);
  }
  if (now.score > state.rise.highest.score) state.rise.highest = now;
  if (newest <= state.rise.newest) return endRise(state, so, settings);
  state.rise.newest = newest;
  return undefined;
}

function heightOf(so: AudienceSoFar, base: number, { liveWindowsS, restlessness }: SurgeSettings): Height {
  const heights = liveWindowsS.map((windowS) => {
    const count = countOf(so, so.last, windowS);
    const score = countScore(count, base * windowS, restlessness);
    return { top: so.last, peak: Math.round(so.last - windowS / 2), score, rate: count / windowS };
  });
  return heights.reduce((best, next) => (next.score > best.score ? next : best));
}

/** Confirms the open moment, if there is one. */
export function endRise(state: RiseState, so: AudienceSoFar, settings: SurgeSettings): RiseNews | undefined {
  const { rise } = state;
  if (!rise) return undefined;
  state.rise = null;
  state.previous = { top: rise.highest.top, score: rise.highest.score };
  return newsOf(rise, 'confirmed', so, settings);
}

/** Whether the audience still reacts to the previous moment. Only a far higher score is a new moment. */
function belongsToPrevious({ previous }: RiseState, { top, score }: Height, { mergeS }: SurgeSettings): boolean {
  return previous !== null && top - previous.top < mergeS && score <= ANOTHER_MOMENT * previous.score;
}

function newsOf(rise: Rise, state: RiseNews['state'], so: AudienceSoFar, settings: SurgeSettings): RiseNews {
  const { leadS, tailS, longestS, edgeShare } = settings;
  const { openedAt, base, highest } = rise;
  const { peak, score } = highest;
  const onset = onsetOf(so, peak, base + edgeShare * (highest.rate - base));
  const start = Math.max(so.first, onset - leadS);
  const end = Math.min(start + longestS, Math.max(peak + tailS, start + 1), so.last + 1);
  return { state, openedAt, start, end, peak: Math.min(peak, end), score, at: so.last + 1 };
}

function onsetOf(so: AudienceSoFar, peak: number, level: number): number {
  let onset = peak;
  while (onset > so.first && peak - onset < RISE_MAX_S && rateAround(so, onset - 1) > level) onset -= 1;
  return onset;
}

/** Rate around a second, from the seconds that are known. */
function rateAround(so: AudienceSoFar, second: number): number {
  const to = Math.min(so.last, second + ONSET_WINDOW_S);
  const length = to - second + ONSET_WINDOW_S + 1;
  return countOf(so, to, length) / length;
}

function countOf(so: AudienceSoFar, to: number, length: number): number {
  let sum = 0;
  for (let second = Math.max(so.first, to - length + 1); second <= to; second += 1) sum += so.weight.get(second);
  return sum;
}
