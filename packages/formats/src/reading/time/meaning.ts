import type { ClockTime, LoggedTime } from './time-kinds.ts';
import { DAY_MS } from './units.ts';

/** What `h:mm:ss` means in a file, and why that is known. */
export interface Meaning {
  readonly of: 'stream' | 'day';
  readonly why: string;
}

/**
 * A chat log of a part that begins later than six hours into the broadcast is rare, and one before six in the morning
 * too. So the first time tells the two apart where the form does not.
 */
const EARLY_MS = 21_600_000;

/**
 * Tells stream time from the time of day by the first times of a file.
 * @param known what the format of the file says
 * @returns undefined when nothing tells them apart
 */
export function meaningOf(times: readonly LoggedTime[], known?: Meaning): Meaning | undefined {
  if (known) return known;
  if (times.some(({ kind }) => kind === 'stream')) return stream('the file has times below 0 or in other forms, too');
  if (times.some(({ kind }) => kind === 'day')) return day('they have am or pm');
  const clocks = times.filter((time) => time.kind === 'clock');
  const first = clocks[0];
  if (!first) return stream('no time says otherwise');
  const long = clocks.filter(({ fields }) => fields === 3);
  return long.length === 0 ? meaningOfShort(clocks, first) : meaningOfLong(long, clocks.length);
}

/** `18:05` may be minutes and seconds, or hours and minutes. */
function meaningOfShort(clocks: readonly ClockTime[], first: ClockTime): Meaning | undefined {
  const toDay = ({ ms }: ClockTime) => ms * 60;
  if (clocks.some((time) => toDay(time) >= DAY_MS)) return stream('more than 23 stands before the colon');
  if (passesMidnight(clocks.map(toDay))) return day('they pass midnight');
  return toDay(first) < EARLY_MS ? stream('they begin at 0') : undefined;
}

function meaningOfLong(long: readonly ClockTime[], count: number): Meaning {
  if (long.length < count) return stream('hours come after minutes and seconds');
  if (long.some(({ ms }) => ms >= DAY_MS)) return stream('they go over 24 hours');
  if (passesMidnight(long.map(({ ms }) => ms))) return day('they pass midnight');
  if (long.some(({ isPadded }) => !isPadded)) return stream('an hour has no leading zero');
  return (long[0]?.ms ?? 0) < EARLY_MS ? stream('they begin before 6 hours') : day('they begin after 6 hours');
}

function passesMidnight(times: readonly number[]): boolean {
  return times.some((ms, index) => ms < (times[index - 1] ?? 0) - DAY_MS / 2);
}

const stream = (why: string): Meaning => ({ of: 'stream', why });
const day = (why: string): Meaning => ({ of: 'day', why });
