import { msOfStamp } from './stamp.ts';
import { utcOfIso, wallTime } from './utc.ts';

/** A time of the column: `at` in ms since 1970 UTC, or `offsetMs` of stream time. */
type ColumnTime = { readonly at: number } | { readonly offsetMs: number };

/** Reads the values of a time column. */
export interface TimeReader {
  /** for people: "Unix milliseconds", "h:mm:ss" */
  readonly unit: string;
  read(value: string): ColumnTime | undefined;
}

const CLOCK = /^-?(?:\d{1,6}:)?\d{1,6}:\d{2}(?:\.\d{1,9})?$/u;
const NUMBER = /^-?\d{1,20}(?:\.\d{1,20})?(?:[eE]\+?\d{1,2})?$/u;
/** In ms, the year 1973. A smaller number is an offset. */
const EPOCH_MIN = 1e11;
/** Longest mean step between the first messages, in seconds: a chat has at least one message in ten minutes. */
const STEP_MAX = 600;

/**
 * Finds the unit of a time column from its first values. Clock and ISO times are known by their form, Unix times by
 * their size, offsets by the column's name or by the distance between messages.
 */
export function timeReaderOf(column: string, samples: readonly string[]): TimeReader | undefined {
  const values = samples.map((value) => value.trim()).filter((value) => value !== '');
  const most = (form: (value: string) => boolean) => values.filter(form).length * 2 > values.length;
  if (most((value) => CLOCK.test(value))) return { unit: 'h:mm:ss', read: readClock };
  if (most((value) => utcOfIso(value) !== undefined)) return { unit: 'ISO 8601', read: readIso };
  if (!most((value) => NUMBER.test(value))) return undefined;
  const numbers = values.filter((value) => NUMBER.test(value)).map(Number);
  return numberReader(column, numbers);
}

const UNITS = [
  { name: 'seconds', perMs: 1e-3 },
  { name: 'milliseconds', perMs: 1 },
  { name: 'microseconds', perMs: 1e3 },
  { name: 'nanoseconds', perMs: 1e6 },
] as const;
type Unit = (typeof UNITS)[number];

function numberReader(column: string, numbers: readonly number[]): TimeReader {
  const sorted = numbers.toSorted((a, b) => a - b);
  const middle = sorted[Math.floor(sorted.length / 2)] ?? 0;
  // The smallest unit is tried first: 1e12 is a Unix time in ms, and not one in seconds of the far future.
  const epoch = UNITS.findLast((unit) => middle / unit.perMs >= EPOCH_MIN);
  if (epoch) {
    const read = numberAs((value) => {
      const at = wallTime(value / epoch.perMs);
      return at === undefined ? undefined : { at };
    });
    return { unit: `Unix ${epoch.name}`, read };
  }
  const unit = unitOfName(column) ?? unitOfSteps(sorted);
  return { unit: unit.name, read: numberAs((value) => ({ offsetMs: Math.round(value / unit.perMs) })) };
}

function unitOfName(column: string): Unit | undefined {
  if (/(?:micros(?:econds)?|usecs?|us|µs)$/iu.test(column)) return UNITS[2];
  if (/(?:millis(?:econds)?|msecs?|ms)$/iu.test(column)) return UNITS[1];
  return /(?:seconds|secs?|_s|inS)$/u.test(column) ? UNITS[0] : undefined;
}

/** Values with a fraction are seconds. Otherwise the largest unit is taken in which messages are not too far apart. */
function unitOfSteps(sorted: readonly number[]): Unit {
  if (sorted.some((value) => !Number.isInteger(value))) return UNITS[0];
  const steps = Math.max(1, new Set(sorted).size - 1);
  const mean = ((sorted.at(-1) ?? 0) - (sorted[0] ?? 0)) / steps;
  if (mean <= STEP_MAX) return UNITS[0];
  return mean <= STEP_MAX * 1_000 ? UNITS[1] : UNITS[2];
}

function numberAs(convert: (value: number) => ColumnTime | undefined): TimeReader['read'] {
  return (value) => {
    const text = value.trim();
    return NUMBER.test(text) ? convert(Number(text)) : undefined;
  };
}

function readClock(value: string): ColumnTime | undefined {
  const text = value.trim();
  const ms = msOfStamp(text.replace(/^-/u, ''));
  if (ms === undefined) return undefined;
  return { offsetMs: text.startsWith('-') ? -ms : ms };
}

function readIso(value: string): ColumnTime | undefined {
  const at = utcOfIso(value.trim());
  return at === undefined ? undefined : { at };
}
