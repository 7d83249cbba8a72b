import { wallOf } from '../utc.ts';
import type { FoundTime } from './time-kinds.ts';
import { HALF_DAY, hourOf } from './units.ts';

const CLOCK = String.raw`(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?(?:[ \u00A0\u202F]?${HALF_DAY})?`;
const OFFSET = String.raw`([+-])(\d{2}):?(\d{2})(?!\d)`;
/**
 * Behind the offset stand the name of the zone, in brackets or not, and Go's reading of the monotonic clock. A name
 * alone is a zone only if it is UTC: others have several meanings.
 */
const ZONE = String.raw`(?: ?(Z|UTC|GMT)(?![\w:]))?(?: ?(?:UTC|GMT)?${OFFSET}(?: [A-Z]{3,5}(?![\w:]))?)?(?: m=[+-][\d.]+)?(?: \([^()]{1,60}\))?`;
const GAP = String.raw`(?:,|،|\.,)?[ \u00A0\u202F]{1,2}(?:(?:at|um|à|a las) )?`;

const ISO = new RegExp(String.raw`(\d{4})([-/.])(\d{1,2})\2(\d{1,2})(?:T|_|,? {1,2})${CLOCK}${ZONE}(?![\d:])`, 'uy');
const NUMERIC = new RegExp(String.raw`(\d{1,2})([-/.])(\d{1,2})\2(\d{4}|\d{2})${GAP}${CLOCK}${ZONE}(?![\d:])`, 'uy');
const MONTH = '(Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)';
const DAY = String.raw`(?:(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]{0,6}\.?,? {1,2})?`;
/** `01 May 2024 18:00`, `01-May-24 06:00 PM`, with the day of the week */
const DAY_MONTH = new RegExp(
  String.raw`${DAY}(\d{1,2})[ .-]{1,2}${MONTH}[a-z]{0,6}\.?[ ,-]{1,2}(\d{4}|\d{2})${GAP}${CLOCK}${ZONE}(?![\d:])`,
  'uy',
);
/** `May 01 18:00:02`, `Wed May 01 2024 18:00:05 GMT+0000 (…)`, `Wed May  1 18:00:00 2024`, `May 1, 2024 6:00 PM` */
const MONTH_DAY = new RegExp(
  String.raw`${DAY}${MONTH}[a-z]{0,6}\.? {1,2}(\d{1,2})(?:(?:, ?| )(\d{4}))?${GAP}${CLOCK}(?:(?: [A-Z]{3,5})? (\d{4})(?!\d))?${ZONE}(?![\d:])`,
  'uy',
);

/**
 * `2024. 5. 1. 오후 6:00`, `2024年5月1日 下午6:00` and `2024. 05. 01. 18:00`: signs or words behind the numbers, and the half of
 * the day before the clock.
 */
const EAST = new RegExp(
  String.raw`(\d{4})(?:\. ?|[-/]|[년年] ?)(\d{1,2})(?:\. ?|[-/]|[월月] ?)(\d{1,2})(?:\.|[일日])?(?:\(.\))?,?[ \u202F]{0,2}(?:(오전|午前|上午|오후|午後|下午) ?)?${CLOCK}(?![\d:])`,
  'uy',
);
const MORNING: ReadonlySet<string> = new Set(['오전', '午前', '上午']);

const MONTHS = 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' ');
/** A date without a year is put into a leap year; only differences matter. */
export const ANY_YEAR = 2000;
/** Of years with two digits. */
const CENTURY = 2000;

type Parts = readonly (string | undefined)[];

/** `2024-05-01 18:00:05`, with `T`, other signs, fraction and zone, as ISO 8601 and Go write it. */
export function isoDate(text: string, from: number): FoundTime | undefined {
  const match = at(ISO, text, from);
  if (!match) return undefined;
  const [, year, , month, day, ...clock] = match;
  const wall = wallAt([year, month, day], clock);
  return wall === undefined ? undefined : { time: wall, end: ISO.lastIndex };
}

/** A date with the year first, as Korea, Japan, China and Hungary write it. */
export function easternDate(text: string, from: number): FoundTime | undefined {
  const match = at(EAST, text, from);
  if (!match) return undefined;
  const [, year, month, day, word, hour, minute, second, fraction, half] = match;
  const named = word === undefined ? half : MORNING.has(word) ? 'a' : 'p';
  const wall = wallAt([year, month, day], [hour, minute, second, fraction, named]);
  return wall && { time: wall, end: EAST.lastIndex };
}

/** `31.05.2024 18:00:05` or `5/31/24, 6:00 PM`. Where dots are used, the day comes first everywhere. */
export function numericDate(text: string, from: number): FoundTime | undefined {
  const match = at(NUMERIC, text, from);
  if (!match) return undefined;
  const [, first, sign, second, year, ...clock] = match;
  const dayFirst = wallAt([year, second, first], clock);
  const monthFirst = sign === '.' ? undefined : wallAt([year, first, second], clock);
  const end = NUMERIC.lastIndex;
  if (sign === '.') return dayFirst && { time: dayFirst, end };
  if (!dayFirst && !monthFirst) return undefined;
  const [, , , , half] = clock;
  const isHalfDay = half !== undefined;
  return { time: { kind: 'numeric', dayFirst: dayFirst?.at, monthFirst: monthFirst?.at, isHalfDay }, end };
}

/** A date with the English name of its month, as RFC 2822, C, JavaScript and chat programs write it. */
export function namedDate(text: string, from: number): FoundTime | undefined {
  const dayMonth = at(DAY_MONTH, text, from);
  if (dayMonth) {
    const [, day, month, year, ...clock] = dayMonth;
    const wall = wallAt([year, monthOf(month), day], clock);
    return wall && { time: wall, end: DAY_MONTH.lastIndex };
  }
  const monthDay = at(MONTH_DAY, text, from);
  if (!monthDay) return undefined;
  const [, month, day, yearBefore, hour, minute, second, fraction, half, yearBehind, ...zone] = monthDay;
  const year = yearBefore ?? yearBehind;
  const clock = [hour, minute, second, fraction, half, ...zone];
  const wall = wallAt([year ?? String(ANY_YEAR), monthOf(month), day], clock);
  return wall && { time: { ...wall, hasYear: year !== undefined }, end: MONTH_DAY.lastIndex };
}

function at(pattern: RegExp, text: string, from: number): Parts | undefined {
  pattern.lastIndex = from;
  return pattern.exec(text) ?? undefined;
}

function monthOf(name = ''): string {
  return String(MONTHS.indexOf(name) + 1);
}

/** @param clock hour, minute, second, fraction, a or p, then `Z`, sign, hours and minutes of the zone */
function wallAt([year = '', month, day]: Parts, clock: Parts) {
  const [hour, minute, second = '0', fraction = '', half, zulu, sign, zoneHours, zoneMinutes] = clock;
  const hours = hourOf(Number(hour), half);
  const time = wallOf(
    [Number(year) + (year.length === 2 ? CENTURY : 0), Number(month), Number(day)],
    [hours, Number(minute), Number(second)],
  );
  if (time === undefined) return undefined;
  const zoneMs = (Number(zoneHours ?? 0) * 60 + Number(zoneMinutes ?? 0)) * (sign === '-' ? -1 : 1) * 60_000;
  const ms = time + Number(fraction.slice(0, 3).padEnd(3, '0')) - zoneMs;
  return { kind: 'wall' as const, at: ms, isZoned: zulu !== undefined || sign !== undefined, hasYear: true };
}
