import { MOMENT_KINDS, type MomentKind } from '@ovation/protocol';
import { between, drawFromBag, logNormal, shuffled } from './draw-numbers.ts';
import { FLOOD_KINDS, FLOOD_SHAPES, type FloodKind } from './flood-shapes.ts';
import type { Random } from './random.ts';

/** Something happens on the stream, and the audience reacts. All times are seconds of the broadcast. */
export interface PlannedMoment {
  readonly type: 'moment';
  /** the interval on the stream in which it happens, whole seconds */
  readonly start: number;
  readonly end: number;
  readonly kind: MomentKind;
  readonly isQuiet: boolean;
  /** how much the rate rises at most, as a multiple of the calm rate: 0.25-0.6 when quiet */
  readonly gain: number;
  /** when the audience begins to react */
  readonly reactsAt: number;
  /** time constant of the decay */
  readonly fade: number;
}

/** A rise (or, in an ad break, a fall) of the chat that is no highlight. */
export interface PlannedFlood {
  readonly type: 'flood';
  readonly start: number;
  readonly end: number;
  readonly kind: FloodKind;
}

export type Planned = PlannedMoment | PlannedFlood;

export interface PlanOptions {
  /** whole number; 0 = none */
  readonly momentsPerHour: number;
  readonly floods: boolean;
  readonly random: Random;
}

const HOUR_S = 3_600;
/** A live detector has to see calm chat first. */
const CALM_START_S = 240;
/** Kept free behind each event, as far as the hour has room, for its reaction to fade. */
const FADING_S = 45;
const MOMENT_MIN_S = 10;
const MOMENT_MAX_S = 25;
/** The audience understands what it sees after this part of the event. */
const UNDERSTOOD_AFTER = 0.6;
const DELAY_MEDIAN_S = 6;
const DELAY_SIGMA = 0.4;
const DELAY_MAX_S = 18;
const FADE_MIN_S = 9;
const FADE_MAX_S = 24;
const QUIET_GAIN = { least: 0.25, most: 0.6 };
const LOUD_GAIN = { least: 1.1, most: 4.7 };

/**
 * Endless, in order of time, an hour at a time: every hour holds `momentsPerHour` moments and, with floods, one of each
 * kind, each in a slot of its own. Of four moments in a row one is quiet; of five, each kind is one.
 */
export function* planBroadcast({ momentsPerHour, floods, random }: PlanOptions): Generator<Planned, void> {
  const kinds = drawFromBag(random, MOMENT_KINDS);
  const quiet = drawFromBag(random, [true, false, false, false]);
  const ofHour = [...Array.from({ length: momentsPerHour }, () => 'moment' as const), ...(floods ? FLOOD_KINDS : [])];
  if (ofHour.length === 0) return;
  for (let hour = 0; ; hour += 1) {
    const begin = hour === 0 ? CALM_START_S : hour * HOUR_S;
    const slot = ((hour + 1) * HOUR_S - begin) / ofHour.length;
    const order = shuffled(random, ofHour);
    // The first event of a live audience is a moment, so a newcomer does not see one flood after another.
    const first = order.indexOf('moment');
    if (hour === 0 && first > 0) order.unshift(...order.splice(first, 1));
    for (const [index, kind] of order.entries()) {
      const place = (seconds: number) =>
        Math.ceil(begin + index * slot + random() * Math.max(0, slot - seconds - FADING_S));
      if (kind === 'moment') yield planMoment(random, place, kinds.next().value, quiet.next().value);
      else {
        const { seconds } = FLOOD_SHAPES[kind];
        const start = place(seconds);
        yield { type: 'flood', start, end: start + seconds, kind };
      }
    }
  }
}

function planMoment(
  random: Random,
  place: (seconds: number) => number,
  kind: MomentKind,
  isQuiet: boolean,
): PlannedMoment {
  const seconds = Math.round(between(random, MOMENT_MIN_S, MOMENT_MAX_S));
  const start = place(seconds);
  const { least, most } = isQuiet ? QUIET_GAIN : LOUD_GAIN;
  const delay = Math.min(DELAY_MAX_S, logNormal(random, DELAY_MEDIAN_S, DELAY_SIGMA));
  return {
    type: 'moment',
    start,
    end: start + seconds,
    kind,
    isQuiet,
    gain: between(random, least, most),
    reactsAt: start + UNDERSTOOD_AFTER * seconds + delay,
    fade: between(random, FADE_MIN_S, FADE_MAX_S),
  };
}

/** People need time to type: the reaction needs this long to its top. */
const RISE_S = 2;

/** How much of its top the reaction to a moment has at a time, 0 to 1. */
export function swellOf({ reactsAt, fade }: PlannedMoment, at: number): number {
  const since = at - reactsAt;
  return since < 0 ? 0 : Math.min(1, since / RISE_S) * Math.exp(-Math.max(0, since - RISE_S) / fade);
}

/** After this many fades a quarter of a per cent of the top is left. */
const FADES = 6;

/** From here on nothing of it is left to notice. */
export function isOver(planned: Planned, at: number): boolean {
  return at > (planned.type === 'moment' ? planned.reactsAt + FADES * planned.fade : planned.end);
}
