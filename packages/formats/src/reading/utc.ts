const DATE_TIME = /^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}:\d{2}$/u;

/**
 * Milliseconds since 1970 of `YYYY-MM-DD hh:mm:ss` in UTC and the digits of a fraction of a second; undefined for a
 * time that does not exist. Date.UTC alone would turn 30 February into 1 March.
 */
export function utcOf(time: string, fraction = ''): number | undefined {
  if (!DATE_TIME.test(time)) return undefined;
  const [year, month, day] = [digits(time, 0, 4), digits(time, 5, 7), digits(time, 8, 10)];
  const [hour, minute, second] = [digits(time, 11, 13), digits(time, 14, 16), digits(time, 17, 19)];
  const at = wallOf([year, month, day], [hour, minute, second]);
  if (at === undefined) return undefined;
  return fraction === '' ? at : at + Math.round(Number(`0.${fraction}`) * 1000);
}

type Three = readonly [number, number, number];

/** Milliseconds since 1970 of a date and a time of UTC; undefined for a date or time that does not exist. */
export function wallOf([year, month, day]: Three, [hour, minute, second]: Three): number | undefined {
  const isReal = month >= 1 && month <= 12 && day >= 1 && day <= daysOf(year, month);
  // `NaN` is in no range.
  if (!isReal || !(year >= 1970 && hour <= 23 && minute <= 59 && second <= 59)) return undefined;
  return Date.UTC(year, month - 1, day, hour, minute, second);
}

function digits(text: string, start: number, end: number): number {
  let value = 0;
  for (let at = start; at < end; at += 1) value = value * 10 + text.charCodeAt(at) - 0x30;
  return value;
}

function daysOf(year: number, month: number): number {
  if (month !== 2) return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
}

const ISO = /^(\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}:\d{2})(?:[.,](\d{1,9}))? ?(?:Z|UTC|([+-])(\d{2}):?(\d{2}))?$/u;

/**
 * The same for an ISO 8601 time with zone `Z` or `+09:00` and up to nine digits of a second. A time without a zone is
 * read as UTC, because only differences matter.
 */
export function utcOfIso(text: string): number | undefined {
  const match = ISO.exec(text);
  if (!match) return undefined;
  const [, time = '', fraction, sign, hours = '0', minutes = '0'] = match;
  const at = utcOf(time, fraction?.slice(0, 3));
  const zoneMs = (Number(hours) * 60 + Number(minutes)) * 60_000;
  return at === undefined || sign === undefined ? at : at + (sign === '-' ? zoneMs : -zoneMs);
}

/** The last millisecond that a Date can hold. */
const AT_MAX = 8_640_000_000_000_000;

/**
 * A wall-clock time that the file has as a number, in whole ms since 1970 UTC; undefined when a Date cannot hold it.
 */
export function wallTime(ms: number | undefined): number | undefined {
  return ms !== undefined && ms >= 0 && ms <= AT_MAX ? Math.round(ms) : undefined;
}

/** Seconds of a duration as Twitch's API writes it, e.g. `1h48m58s`; undefined for anything else. */
export function lengthOfDuration(text: string): number | undefined {
  const match = /^(?:(\d{1,6})h)?(?:(\d{1,6})m)?(?:(\d{1,8})s)?$/u.exec(text);
  if (!match || text === '') return undefined;
  const [hours = 0, minutes = 0, seconds = 0] = match.slice(1).map((part) => Number(part ?? 0));
  return hours * 3600 + minutes * 60 + seconds;
}
