import { countScore } from './audience-series.ts';
import type { SurgeSettings } from './surge-settings.ts';

/** Onsets are looked for this far back, seconds. */
const RISE_MAX_S = 90;
const ONSET_WINDOW_S = 6;

/** What is known of an audience at a second. */
export interface AudienceSoFar {
  readonly first: number;
  /** the last complete second */
  readonly last: number;
  readonly weight: { get(second: number): number };
  /** messages a second to compare with, and how many seconds it comes from */
  readonly pastBase: number;
  readonly pastBaseSeconds: number;
}

interface Rise {
  readonly openedAt: number;
  readonly base: number;
  /** end of the window with the highest score, that score and its rate */
  top: number;
  score: number;
  rate: number;
}

/** JSON: stored in snapshots. */
export interface RiseState {
  rise: Rise | null;
  /** the moment before, which goes on in the chat for a while */
  previous: { readonly top: number; readonly score: number } | null;
}

/** A moment without its reasons. */
export interface RiseNews {
  readonly state: 'rising' | 'confirmed';
  readonly openedAt: number;
  readonly start: number;
  readonly end: number;
  readonly peak: number;
  readonly score: number;
  readonly at: number;
}

export function noRise(): RiseState {
  return { rise: null, previous: null };
}

/** After each complete second: what is new, if anything. Uses nothing that comes later. */
export function followRise(state: RiseState, so: AudienceSoFar, settings: SurgeSettings): RiseNews | undefined {
  if (so.pastBaseSeconds < settings.coldStartS) return undefined;
  const { liveWindowS } = settings;
  const count = countOf(so, so.last, liveWindowS);
  const base = state.rise?.base ?? so.pastBase;
  const now = { score: countScore(count, base * liveWindowS), rate: count / liveWindowS };
  if (!state.rise) {
    if (now.score < settings.liveMinScore || belongsToPrevious(state, so.last, now.score, settings)) return undefined;
    state.rise = { openedAt: so.last, base, top: so.last, ...now };
    return newsOf(state.rise, 'rising', so, settings);
  }
  if (now.score > state.rise.score) Object.assign(state.rise, now, { top: so.last });
  const isOver = now.score <= settings.liveFallShare * state.rise.score;
  const isLong = so.last - state.rise.openedAt >= settings.liveLongestS;
  return isOver || isLong ? endRise(state, so, settings) : undefined;
}

/** Confirms the moment that is open, if one is. */
export function endRise(state: RiseState, so: AudienceSoFar, settings: SurgeSettings): RiseNews | undefined {
  const { rise } = state;
  if (!rise) return undefined;
  state.rise = null;
  state.previous = { top: rise.top, score: rise.score };
  return newsOf(rise, 'confirmed', so, settings);
}

function belongsToPrevious({ previous }: RiseState, now: number, score: number, { mergeS }: SurgeSettings): boolean {
  return previous !== null && now - previous.top < mergeS && score <= previous.score;
}

function newsOf(rise: Rise, state: RiseNews['state'], so: AudienceSoFar, settings: SurgeSettings): RiseNews {
  const { leadS, tailS, longestS, liveWindowS, edgeShare } = settings;
  const peak = Math.round(rise.top - liveWindowS / 2);
  const onset = onsetOf(so, peak, rise.base + edgeShare * (rise.rate - rise.base));
  const start = Math.max(so.first, onset - leadS);
  const end = Math.min(start + longestS, Math.max(peak + tailS, start + 1), so.last + 1);
  const { openedAt, score } = rise;
  return { state, openedAt, start, end, peak: Math.min(peak, end), score, at: so.last + 1 };
}

function onsetOf(so: AudienceSoFar, peak: number, level: number): number {
  let onset = peak;
  while (onset > so.first && peak - onset < RISE_MAX_S && rateAround(so, onset - 1) > level) onset -= 1;
  return onset;
}

/** As far as it is known. */
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
