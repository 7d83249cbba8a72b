import { type ChannelActivity, EVIDENCE_AUTHORS_MAX } from '@ovation/protocol';
import { authorsIn, joinAuthors } from '../../activity-of-messages/author-hash.ts';

/** Seconds are kept in detail for this long: a moment begins at most this long before it is confirmed. */
const DETAIL_S = 160;
/** The rate before a moment is taken over ten minutes. */
const BEFORE_S = 600;
const RATE_S = BEFORE_S + DETAIL_S;
/** Number of reactions that a second keeps when it is over. */
const REACTIONS_KEPT = 5;
/** Number of reactions that the current second keeps. */
const REACTIONS_OPEN = 48;
const SAMPLES_KEPT = 2;
/** Samples are dropped after this long, unless a moment is rising: they are most of the bytes. */
const SAMPLES_S = 64;
const NAMES_MAX = 256;
const SWEEP_S = 8;

/** Marks a reaction that was written in chat, so that it is not confused with the key of a tapped emote. */
const WRITTEN = '"';

/** Evidence of one second. The names are short, because every snapshot holds up to 160 of these. */
export interface SecondEvidence {
  /** the second */
  s: number;
  /** messages and reacting viewers */
  m: number;
  r: number;
  /** four characters for the author of each message, for at most 64 messages */
  u?: string;
  /** index of a name, weight, index, weight, … */
  q: number[];
  /** author, milliseconds, text */
  t?: [author: string, ms: number, text: string][];
  /** commands, votes, notices, … */
  f?: Record<string, number>;
}

/** Part of the snapshot, so it is JSON and bounded. */
export interface EvidenceState {
  /** first second of `rates` */
  from: number;
  /** messages and reacting viewers of each second of the last minutes */
  rates: number[];
  /** the seconds of the last `DETAIL_S` with activity, oldest first */
  seconds: SecondEvidence[];
  /** names of reactions; the seconds hold indices into this list */
  names: string[];
}

export function noEvidence(): EvidenceState {
  return { from: 0, rates: [], seconds: [], names: [] };
}

/** Adds the activity of one record to its second, which need not be the last one. */
export function addEvidence(state: EvidenceState, second: number, activity: ChannelActivity): void {
  addRate(state, second, activity.m + activity.r);
  const one = secondOf(state, second);
  one.m += activity.m;
  one.r += activity.r;
  for (const emote in activity.e) addReaction(state, one, emote, activity.e[emote] ?? 0);
  addFeatures(one, activity.f);
  const { x } = activity;
  if (!x) return;
  if (x.u !== '') one.u = joinAuthors([...authorsIn(one.u ?? ''), ...authorsIn(x.u)], EVIDENCE_AUTHORS_MAX);
  for (const [reaction, weight] of x.q) addReaction(state, one, `${WRITTEN}${reaction}`, weight);
  const room = SAMPLES_KEPT - (one.t?.length ?? 0);
  if (room > 0 && x.s.length > 0) one.t = [...(one.t ?? []), ...x.s.slice(0, room)];
}

/** Drops what no moment can need after the second `last`. While a moment is rising, samples stay. */
export function ageEvidence(state: EvidenceState, last: number, isRising: boolean): void {
  const gone = last - RATE_S - state.from;
  if (gone > 0) {
    state.rates.splice(0, gone);
    state.from += gone;
  }
  // Sweeps by the second and not by a count of calls, so that a restart does not change when it sweeps.
  if (last % SWEEP_S !== 0) return;
  let old = 0;
  while ((state.seconds[old]?.s ?? last) < last - DETAIL_S) old += 1;
  state.seconds.splice(0, old);
  for (const one of state.seconds) {
    if (one.q.length > 2 * REACTIONS_KEPT && one.s <= last) one.q = strongest(one.q);
    if (!isRising && one.s < last - SAMPLES_S) delete one.t;
  }
  if (state.names.length > NAMES_MAX) forgetNames(state);
}

/** The reactions of a second with their weight, and whether they were tapped or written. */
export function* reactionsOf(
  { names }: EvidenceState,
  { q }: SecondEvidence,
): Generator<{ name: string; isTapped: boolean; weight: number }> {
  for (let index = 0; index < q.length; index += 2) {
    const name = names[q[index] ?? -1] ?? '';
    const isTapped = !name.startsWith(WRITTEN);
    yield { name: isTapped ? name : name.slice(WRITTEN.length), isTapped, weight: q[index + 1] ?? 0 };
  }
}

function addRate(state: EvidenceState, second: number, n: number): void {
  if (state.rates.length === 0) state.from = second;
  if (second < state.from) return;
  const place = second - state.from;
  while (state.rates.length <= place) state.rates.push(0);
  state.rates[place] = (state.rates[place] ?? 0) + n;
}

function secondOf({ seconds }: EvidenceState, second: number): SecondEvidence {
  let before = seconds.length - 1;
  while ((seconds[before]?.s ?? second) > second) before -= 1;
  const known = seconds[before];
  if (known?.s === second) return known;
  const one: SecondEvidence = { s: second, m: 0, r: 0, q: [] };
  seconds.splice(before + 1, 0, one);
  return one;
}

function addReaction({ names }: EvidenceState, { q }: SecondEvidence, name: string, weight: number): void {
  let place = names.indexOf(name);
  if (place === -1) {
    if (q.length >= 2 * REACTIONS_OPEN) return;
    place = names.push(name) - 1;
  }
  for (let index = 0; index < q.length; index += 2) {
    if (q[index] !== place) continue;
    q[index + 1] = rounded((q[index + 1] ?? 0) + weight);
    return;
  }
  if (q.length < 2 * REACTIONS_OPEN) q.push(place, rounded(weight));
}

function addFeatures(one: SecondEvidence, features: Readonly<Record<string, number>>): void {
  for (const name in features) {
    const count = features[name] ?? 0;
    if (name === 'w' || count === 0) continue;
    one.f = { ...one.f, [name]: (one.f?.[name] ?? 0) + count };
  }
}

function strongest(q: readonly number[]): number[] {
  const pairs = Array.from({ length: q.length / 2 }, (_, index): [number, number] => [
    q[2 * index] ?? 0,
    q[2 * index + 1] ?? 0,
  ]);
  return pairs
    .toSorted(([a, x], [b, y]) => y - x || a - b)
    .slice(0, REACTIONS_KEPT)
    .flat();
}

function forgetNames(state: EvidenceState): void {
  const places = new Map<number, number>();
  const names: string[] = [];
  for (const one of state.seconds) {
    one.q = one.q.map((number, index) => {
      if (index % 2 === 1) return number;
      let place = places.get(number);
      if (place === undefined) places.set(number, (place = names.push(state.names[number] ?? '') - 1));
      return place;
    });
  }
  state.names = names;
}

function rounded(weight: number): number {
  return Math.round(weight * 100) / 100;
}
