import { emoteDisplay, EVIDENCE_AUTHORS_MAX, type Moment, type MomentReasons } from '@ovation/protocol';
import { AUTHOR_LENGTH, AUTHORS_SPACE, authorsIn, numberOfAuthor } from '../../activity-of-messages/author-hash.ts';
import { type ActivityFeatures, emptySecond, type SecondActivity } from '../../activity-of-messages/second-activity.ts';
import type { AudienceSeries } from '../../surge/audience-series.ts';
import type { FoundRange } from '../../found-moment.ts';
import { explainMoment } from '../../surge/explain-moment.ts';
import { type EvidenceState, reactionsOf, type SecondEvidence } from './evidence-state.ts';

/** From this share of newcomers on, a rise is a raid. The same values as for chats of files. */
const NEWCOMER_SHARE = 0.7;
const LEAST_AUTHORS = 20;
/** In the first minutes of a broadcast all authors are new, so newcomers say nothing. */
const LEAST_KNOWN_S = 300;

const PEAK_S = 16;
/** Samples are taken from this long before the peak on, if there are three. */
const SAID_BEFORE_S = 2;

/** Reasons of a moment, by the same code that explains the moments of files. */
export function reasonsOf(state: EvidenceState, range: FoundRange): MomentReasons {
  const inside = state.seconds.filter(({ s }) => s >= range.start && s < range.end);
  const { kind, rate, reactions, samples: any } = explainMoment(seriesOf(state, inside), range);
  const { samples: near } = explainMoment(
    seriesOf(
      state,
      inside.map((one) => saidAround(one, range.peak)),
    ),
    range,
  );
  const samples = near.length < any.length ? any : near;
  // Flags depend on shares of the messages, so taps are left out here.
  const { flags } = explainMoment(seriesOf({ ...state, rates: [] }, inside.map(chatOf)), range);
  const authors = countAuthors(inside);
  const emotes = tappedNames(state, inside);
  const isKnown = range.start - state.from >= LEAST_KNOWN_S;
  const isRaid = isKnown && !flags.includes('raid') && areNewcomers(inside, authors);
  return {
    rate: { now: rounded(rate.now), base: rounded(rate.base), peak: rounded(peakRate(state, range)) },
    messages: sumOf(inside, ({ m }) => m),
    reactors: sumOf(inside, ({ r }) => r),
    authors,
    reactions: reactions.map(({ reaction, count }) => ({
      reaction,
      ...(emotes.has(reaction) && { emote: emotes.get(reaction) }),
      count: rounded(count),
    })),
    samples: samples.map(({ at, text }) => ({ at: new Date(Math.round(at * 1_000)).toISOString(), text })),
    kind,
    flags: [...(isRaid ? ['raid' as const] : []), ...flags],
  };
}

/** The range begins before the audience reacts, and samples of that time explain nothing. They are removed. */
function saidAround(one: SecondEvidence, peak: number): SecondEvidence {
  if (one.t === undefined || one.s >= peak - SAID_BEFORE_S) return one;
  const { t: _early, ...rest } = one;
  return rest;
}

function chatOf(one: SecondEvidence): SecondEvidence {
  return { ...one, r: 0 };
}

function seriesOf(state: EvidenceState, seconds: readonly SecondEvidence[]): Pick<AudienceSeries, 'activities'> {
  const activities = new Map(seconds.map((one) => [one.s, activityOf(state, one)]));
  return {
    activities(from, to) {
      const first = Math.max(from, state.from);
      return Array.from({ length: Math.max(0, to - first + 1) }, (_, index) => {
        const second = first + index;
        return activities.get(second) ?? { ...emptySecond(second), messages: state.rates[second - state.from] ?? 0 };
      });
    },
  };
}

export function rangeOf({ end, peak, start }: FoundRange): Moment['range'] {
  const instant = (second: number) => new Date(second * 1_000).toISOString();
  return { start: instant(start), peak: instant(peak), end: instant(end) };
}

/** Highest rate of a window of 16 s that ends inside the range. */
function peakRate({ from, rates }: EvidenceState, { end, start }: FoundRange): number {
  let most = 0;
  for (let last = start; last < end; last += 1) {
    const place = last - from + 1;
    const sum = rates.slice(Math.max(0, place - PEAK_S), Math.max(0, place)).reduce((all, one) => all + one, 0);
    most = Math.max(most, sum);
  }
  return most / PEAK_S;
}

function activityOf(state: EvidenceState, one: SecondEvidence): SecondActivity {
  const second = emptySecond(one.s);
  second.messages = one.m + one.r;
  for (const author of authorsIn(one.u ?? '')) second.authors.set(author, (second.authors.get(author) ?? 0) + 1);
  for (const { isTapped, name, weight } of reactionsOf(state, one)) {
    const shown = isTapped ? emoteDisplay(name) : name;
    second.reactions.set(shown, (second.reactions.get(shown) ?? 0) + weight);
    second.reactionWeight += weight;
  }
  for (const [author, ms, text] of one.t ?? []) second.samples.push({ at: one.s + ms / 1_000, author, text });
  for (const [name, count] of Object.entries(one.f ?? {})) {
    if (isFeature(second.features, name)) second.features[name] += count;
  }
  return second;
}

/**
 * Number of different authors. A second with more than 64 messages holds the authors with the smallest numbers only;
 * then authors are counted below the largest of these numbers, and the count is scaled up.
 */
function countAuthors(seconds: readonly SecondEvidence[]): number {
  let limit = AUTHORS_SPACE;
  const numbers = new Set<number>();
  for (const { u = '' } of seconds) {
    let largest = 0;
    for (const author of authorsIn(u)) {
      const number = numberOfAuthor(author);
      numbers.add(number);
      largest = Math.max(largest, number);
    }
    if (u.length >= AUTHOR_LENGTH * EVIDENCE_AUTHORS_MAX) limit = Math.min(limit, largest);
  }
  if (limit === AUTHORS_SPACE) return numbers.size;
  const below = [...numbers].filter((number) => number <= limit).length;
  return Math.round((below * AUTHORS_SPACE) / Math.max(1, limit));
}

/** Shown name → key of a tapped emote. */
function tappedNames(state: EvidenceState, seconds: readonly SecondEvidence[]): Map<string, string> {
  const emotes = new Map<string, string>();
  for (const one of seconds) {
    for (const { isTapped, name } of reactionsOf(state, one)) if (isTapped) emotes.set(emoteDisplay(name), name);
  }
  return emotes;
}

function areNewcomers(inside: readonly SecondEvidence[], authors: number): boolean {
  const newcomers = sumOf(inside, ({ f }) => f?.['newcomers'] ?? 0);
  return authors >= LEAST_AUTHORS && newcomers / authors >= NEWCOMER_SHARE;
}

function isFeature(features: ActivityFeatures, name: string): name is keyof ActivityFeatures {
  return Object.hasOwn(features, name);
}

function sumOf(seconds: readonly SecondEvidence[], n: (second: SecondEvidence) => number): number {
  return seconds.reduce((sum, second) => sum + n(second), 0);
}

function rounded(number: number): number {
  return Math.round(number * 100) / 100;
}
