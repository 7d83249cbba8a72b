import type { Moment } from '@ovation/protocol';
import { lookOf, spanOf } from '../activity/moment-marks.ts';

/** One thing that happened, as one card: a moment, and the minutes of single emotes that a rise of the audience explains. */
interface MomentEvent {
  readonly moment: Moment;
  /** moments of single emotes in the same time; only beside a moment of the whole audience */
  readonly shares: readonly Moment[];
}

export interface MomentEvents {
  readonly events: readonly MomentEvent[];
  /** moments that ended below the threshold and stand beside no other */
  readonly faded: readonly Moment[];
}

/** @param moments newest first, which is kept */
export function eventsOf(moments: readonly Moment[]): MomentEvents {
  const rises = moments.filter(({ range }) => range !== undefined);
  const shares = new Map<string, Moment[]>(rises.map(({ id }) => [id, []]));
  const own = moments.filter((moment) => {
    const rise = moment.range ? undefined : rises.find((one) => overlap(one, moment));
    if (rise) shares.get(rise.id)?.push(moment);
    return !rise;
  });
  const isFaded = (moment: Moment) => !moment.range && lookOf(moment) === 'faded';
  return {
    events: own.filter((moment) => !isFaded(moment)).map((moment) => ({ moment, shares: shares.get(moment.id) ?? [] })),
    faded: own.filter(isFaded),
  };
}

function overlap(one: Moment, other: Moment): boolean {
  const [a, b] = [spanOf(one), spanOf(other)];
  return a.start < b.start + 1_000 * b.seconds && b.start < a.start + 1_000 * a.seconds;
}
