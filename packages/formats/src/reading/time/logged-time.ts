import { easternDate, isoDate, namedDate, numericDate } from './dates.ts';
import type { FoundTime, LoggedTime } from './time-kinds.ts';
import { digitsAt, plainClock, plainIso } from './plain-times.ts';
import { HALF_DAY, HOURS_OF_HALF_DAY, hourOf } from './units.ts';

const YEAR_DIGITS = 4;

/** The time at a position of a text, if one begins there. A longer word or number is no time. */
export function findTime(text: string, from = 0): FoundTime | undefined {
  const digits = digitsAt(text, from);
  if (digits === 0) return isMinus(text.charAt(from)) ? clockAt(text, from) : namedDate(text, from);
  const next = text.charAt(from + digits);
  if (next === ':') return plainClock(text, from, digits) ?? clockAt(text, from);
  if ('-/.년年'.includes(next) && next !== '') return dateAt(text, from, digits);
  if (digits <= 2 && next === ' ') return namedDate(text, from) ?? durationAt(text, from);
  return otherAt(text, from);
}

function otherAt(text: string, from: number): FoundTime | undefined {
  return durationAt(text, from) ?? epochAt(text, from);
}

function dateAt(text: string, from: number, digits: number): FoundTime | undefined {
  if (digits === YEAR_DIGITS) return plainIso(text, from) ?? isoDate(text, from) ?? easternDate(text, from);
  if (digits <= 2) return numericDate(text, from) ?? namedDate(text, from) ?? durationAt(text, from);
  return otherAt(text, from);
}

/** The time that a whole text is. */
export function readTime(text: string): LoggedTime | undefined {
  const trimmed = text.trim();
  const found = findTime(trimmed);
  return found && found.end === trimmed.length ? found.time : undefined;
}

function isMinus(character: string): boolean {
  return character === '-' || character === '−';
}

const CLOCK = new RegExp(
  String.raw`[-−]?(\d{1,6}):(\d{2})(?::(\d{2})(?:[:;](\d{2}))?)?(?:[.,](\d{1,9}))?(?:[ \u00A0\u202F]?${HALF_DAY})?(?![\d:])`,
  'uy',
);
/** Editors count frames after the seconds. The file does not say how many make a second. */
const FRAMES_PER_SECOND = 25;

function clockAt(text: string, from: number): FoundTime | undefined {
  CLOCK.lastIndex = from;
  const match = CLOCK.exec(text);
  if (!match) return undefined;
  const end = CLOCK.lastIndex;
  const half = match.at(-1);
  const time = half === undefined ? streamOrClock(match, isMinus(text.charAt(from))) : halfDay(match, half);
  return time && { time, end };
}

function streamOrClock(match: readonly (string | undefined)[], isNegative: boolean): LoggedTime | undefined {
  const [, first = '', second = '', third, frames, fraction] = match;
  const isLong = third !== undefined;
  const seconds = isLong ? third : second;
  if ((isLong && Number(second) >= 60) || Number(seconds) >= 60) return undefined;
  const whole = isLong ? secondsOf(first, second, seconds) : secondsOf('0', first, seconds);
  const rest = frames === undefined ? thousandths(fraction) : (Number(frames) * 1000) / FRAMES_PER_SECOND;
  const ms = whole * 1000 + rest;
  if (isNegative) return { kind: 'stream', ms: 0 - ms };
  if (frames !== undefined) return { kind: 'stream', ms };
  return { kind: 'clock', ms, fields: isLong ? 3 : 2, isPadded: first.length > 1 };
}

function halfDay(match: readonly (string | undefined)[], half: string): LoggedTime | undefined {
  const [, first, second = '', third = '0', , fraction] = match;
  const hours = hourOf(Number(first), half);
  if (hours >= HOURS_OF_HALF_DAY * 2 || Number(second) >= 60 || Number(third) >= 60) return undefined;
  return { kind: 'day', ms: secondsOf(String(hours), second, third) * 1000 + thousandths(fraction) };
}

function secondsOf(hours: string, minutes: string, seconds: string): number {
  return Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds);
}

/** Milliseconds of the digits behind a decimal sign. */
function thousandths(fraction: string | undefined): number {
  return fraction === undefined ? 0 : Math.round(Number(`0.${fraction}`) * 1000);
}

const DURATION = /(?:(\d{1,4})h ?)?(?:(\d{1,5})m ?)?(?:(\d{1,6}(?:\.\d{1,3})?)s)?(?![\w.])/uy;

/** `1h02m03s`, as links to Twitch's videos write it. A single part could be a word of the text. */
function durationAt(text: string, from: number): FoundTime | undefined {
  DURATION.lastIndex = from;
  const [found = '', hours, minutes, seconds] = DURATION.exec(text) ?? [];
  const parts = [hours, minutes, seconds].filter((part) => part !== undefined).length;
  if (parts < 2 && seconds === undefined) return undefined;
  const whole = Number(hours ?? 0) * 3600 + Number(minutes ?? 0) * 60 + Number(seconds ?? 0);
  return { time: { kind: 'stream', ms: Math.round(whole * 1000) }, end: from + found.trimEnd().length };
}

// Ten digits are seconds from 2001 to 2286; longer numbers have three digits more for each smaller unit.
const EPOCH = /([1-9]\d{9})(?:[.,](\d{1,9})|(\d{3})(\d{3}){0,2})?(?![\w.:,]*\d)/uy;

function epochAt(text: string, from: number): FoundTime | undefined {
  EPOCH.lastIndex = from;
  const match = EPOCH.exec(text);
  if (!match) return undefined;
  const at = Number(match[1]) * 1000 + (match[3] === undefined ? thousandths(match[2]) : Number(match[3]));
  return { time: { kind: 'wall', at, isZoned: true, hasYear: true }, end: EPOCH.lastIndex };
}
