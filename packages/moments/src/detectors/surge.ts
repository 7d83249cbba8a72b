import type { ChannelActivity } from '@ovation/protocol';
import type { ChannelDetector, ChannelFinding } from './detector.ts';
import { type AudienceSoFar, followRise, noRise, type RiseNews, type RiseState } from '../surge/follow-rise.ts';
import { withoutFlood } from '../surge/flags-of-activity.ts';
import { RunningMedian } from '../surge/running-median.ts';
import { SURGE_SETTINGS } from '../surge/surge-settings.ts';
import { addEvidence, ageEvidence, type EvidenceState, noEvidence } from './surge-evidence/evidence-state.ts';
import { rangeOf, reasonsOf } from './surge-evidence/reasons-of-evidence.ts';

const SETTINGS = SURGE_SETTINGS;
/** The Gaussian needs this many seconds after the smoothed one, so the base ends this long before now. */
const REACH_S = Math.ceil(4 * SETTINGS.smoothS);
/** Weights are kept for this many seconds: enough for the longest search of an onset and for the smoothing. */
const KEPT_S = 256;
const KERNEL = Array.from({ length: 2 * REACH_S + 1 }, (_, index) =>
  Math.exp(-((index - REACH_S) ** 2) / (2 * SETTINGS.smoothS ** 2)),
);

export interface SurgeState extends RiseState {
  /** first second with activity, and the last one that was judged */
  first: number;
  last: number;
  /** first second whose weight is kept */
  from: number;
  /** weight of each second from `from` on */
  weights: number[];
  /** smoothed rates of the last 10 min up to 20 s ago; rounded, because every snapshot holds them */
  rates: number[];
  /** last second with activity */
  active: number;
  rev: number;
  /** evidence for the reasons of a moment; missing in snapshots of earlier versions */
  evidence?: EvidenceState;
}

/**
 * `surge` over the digests of a live channel. Reactors count once for each digest, chat messages by their weight if the
 * digest has it (`f.w`). The emote is "", because the moment is one of the whole audience.
 */
export const surge: ChannelDetector<SurgeState> = {
  name: 'surge',

  start: () => ({
    ...noRise(),
    first: -1,
    last: -1,
    from: 0,
    weights: [],
    rates: [],
    active: -1,
    rev: 0,
    evidence: noEvidence(),
  }),

  onActivity(state, { at, activity }) {
    const second = Math.floor(at / 1_000);
    const isStale = state.first !== -1 && second > state.last + SETTINGS.baseS && second > state.active;
    if (state.first === -1 || isStale) Object.assign(state, surge.start(), begin(second));
    if (second < state.from) return;
    const place = second - state.from;
    while (state.weights.length <= place) state.weights.push(0);
    state.weights[place] = (state.weights[place] ?? 0) + weightOf(activity);
    state.active = Math.max(state.active, second);
    addEvidence((state.evidence ??= noEvidence()), second, activity);
  },

  onSecond(state, { to }) {
    const findings: ChannelFinding[] = [];
    const until = Math.min(to / 1_000 - 1, state.last + SETTINGS.baseS + KEPT_S);
    while (state.first !== -1 && state.last < until) {
      state.last += 1;
      smooth(state);
      const news = followRise(state, viewOf(state), SETTINGS);
      if (news) findings.push(findingOf(state, news));
      forget(state);
      if (state.evidence) ageEvidence(state.evidence, state.last, state.rise !== null);
    }
    return findings;
  },

  isIdle: (state) => state.rise === null && state.last - state.active > SETTINGS.baseS,
};

function begin(second: number): Partial<SurgeState> {
  return { first: second, last: second - 1, from: second, active: second };
}

function weightOf({ r, m, a, f }: ChannelActivity): number {
  return r + (f['w'] ?? (a > 0 ? Math.min(a, m) : m));
}

function smooth(state: SurgeState): void {
  const second = state.last - REACH_S;
  if (second < state.first) return;
  let sum = 0;
  let norm = 0;
  for (let other = Math.max(state.first, second - REACH_S); other <= state.last; other += 1) {
    const share = KERNEL[other - second + REACH_S] ?? 0;
    sum += share * (state.weights[other - state.from] ?? 0);
    norm += share;
  }
  const rate = Math.round((1_000 * sum) / norm) / 1_000;
  const median = medianOf(state);
  state.rates.push(rate);
  median.add(rate);
  if (state.rates.length > SETTINGS.baseS) median.remove(state.rates.shift() ?? 0);
}

/**
 * The rates in order, so that they are not sorted again each second. A cache and no state: a missing entry is made
 * again.
 */
const medians = new WeakMap<readonly number[], RunningMedian>();

function medianOf({ rates }: SurgeState): RunningMedian {
  let median = medians.get(rates);
  if (!median) {
    median = new RunningMedian(SETTINGS.baseS);
    for (const rate of rates) median.add(rate);
    medians.set(rates, median);
  }
  return median;
}

function viewOf(state: SurgeState): AudienceSoFar {
  const { first, last, from, weights, rates } = state;
  return {
    first: Math.max(first, from),
    last,
    weight: { get: (second) => weights[second - from] ?? 0 },
    get pastBase() {
      return medianOf(state).value;
    },
    pastBaseSeconds: rates.length,
  };
}

function forget(state: SurgeState): void {
  const gone = state.last - KEPT_S - state.from;
  if (gone <= 0) return;
  state.weights.splice(0, gone);
  state.from += gone;
}

function findingOf(state: SurgeState, { openedAt, start, end, peak, score, state: said }: RiseNews): ChannelFinding {
  const isLast = said === 'confirmed';
  state.rev = isLast ? state.rev + 1 : 1;
  const sum = (from: number, to: number) =>
    Math.round(state.weights.slice(Math.max(0, from - state.from), to - state.from).reduce((all, one) => all + one, 0));
  const reasons = reasonsOf((state.evidence ??= noEvidence()), { start, peak, end });
  return {
    emote: '',
    rev: state.rev,
    count: sum(start, end),
    total: sum(state.from, end),
    final: isLast,
    holds: true,
    startAt: openedAt * 1_000,
    range: rangeOf({ start, peak, end }),
    score: Math.round(100 * withoutFlood(score, reasons.flags)) / 100,
    reasons,
  };
}
