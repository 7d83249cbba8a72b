import { utcOf } from '../utc.ts';
import type { FoundTime } from './time-kinds.ts';

// The usual forms without a long expression: it takes several times as long, and a large file has a million times.

const ZERO = 0x30;
const NINE = 0x39;
const MOST_DIGITS = 6;
/** `2024-05-01 18:00:05` */
const ISO_LENGTH = 19;
const FRACTION_MAX = 9;
const MINUTES_OF_SHORT = 1000;

function isDigit(code: number): boolean {
  return code >= ZERO && code <= NINE;
}

/** `h:mm:ss` or `m:ss` before a bracket, a tab, a space or the end; undefined for any other form, which may be a time. */
export function plainClock(text: string, from: number, digits: number): FoundTime | undefined {
  const second = from + digits + 1;
  const third = second + 3;
  const isLong = text.charAt(third - 1) === ':';
  const end = isLong ? third + 2 : third - 1;
  const [first, middle] = [numberAt(text, from, digits), twoAt(text, second)];
  const last = isLong ? twoAt(text, third) : middle;
  // A comparison with `NaN` is false.
  const isTime = digits <= MOST_DIGITS && middle < (isLong ? 60 : MINUTES_OF_SHORT) && last < 60;
  if (!isTime || !isEnd(text, end)) return undefined;
  const seconds = isLong ? first * 3600 + middle * 60 + last : first * 60 + last;
  return { time: { kind: 'clock', ms: seconds * 1000, fields: isLong ? 3 : 2, isPadded: digits > 1 }, end };
}

/** `2024-05-01 18:00:05` or with `T`, with a fraction, and with `Z` or without a zone. */
export function plainIso(text: string, from: number): FoundTime | undefined {
  const whole = utcOf(text.slice(from, from + ISO_LENGTH));
  if (whole === undefined) return undefined;
  const afterSeconds = from + ISO_LENGTH;
  const sign = text.charAt(afterSeconds);
  const digits = sign === '.' || sign === ',' ? digitsAt(text, afterSeconds + 1) : 0;
  if (digits > FRACTION_MAX || (digits === 0 && (sign === '.' || sign === ','))) return undefined;
  const afterFraction = digits === 0 ? afterSeconds : afterSeconds + 1 + digits;
  const fraction = text.slice(afterSeconds + 1, Math.min(afterFraction, afterSeconds + 4));
  const isZoned = text.charAt(afterFraction) === 'Z';
  const end = isZoned ? afterFraction + 1 : afterFraction;
  if (!isEnd(text, end)) return undefined;
  const at = digits === 0 ? whole : whole + Number(fraction.padEnd(3, '0'));
  return { time: { kind: 'wall', at, isZoned, hasYear: true }, end };
}

/** How many digits stand at a position; more than any time has count as one more. */
export function digitsAt(text: string, from: number): number {
  let digits = 0;
  while (digits <= FRACTION_MAX * 2 + 1 && isDigit(text.charCodeAt(from + digits))) digits += 1;
  return digits;
}

/** Whether a time ends here for sure: what follows is no zone, no am or pm and no digit. */
function isEnd(text: string, at: number): boolean {
  switch (text.charAt(at)) {
    case '':
    case ']':
    case ')':
    case '\t':
      return true;
    case ' ':
      return text.charAt(at + 1) === '|' || text.charAt(at + 1) === '<';
    default:
      return false;
  }
}

function twoAt(text: string, from: number): number {
  return numberAt(text, from, 2);
}

/** The number of so many digits; `NaN` when one of them is no digit. */
function numberAt(text: string, from: number, digits: number): number {
  let value = 0;
  for (let at = from; at < from + digits; at += 1) {
    const code = text.charCodeAt(at);
    if (!isDigit(code)) return Number.NaN;
    value = value * 10 + code - ZERO;
  }
  return value;
}
