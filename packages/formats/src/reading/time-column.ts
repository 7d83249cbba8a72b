import type { TimeUnit } from './chat.ts';
import { VALUE_LENGTH, excerpt } from './import-error.ts';
import { type NumberClock, numberClockOf } from './json/number-unit.ts';
import { type CommaMeaning, commaMeaning, isShortened, numberIn } from './numbers.ts';
import { readTime } from './time/logged-time.ts';
import type { LoggedTime } from './time/time-kinds.ts';
import type { Meaning } from './time/meaning.ts';
import { DAY_MS } from './time/units.ts';

/** Reads the values of a time column. */
export interface TimeReader {
  /** for people: "Unix milliseconds", "h:mm:ss" */
  readonly unit: string;
  /** why a number is taken for stream time */
  readonly meaning?: Meaning;
  read(value: string): LoggedTime | undefined;
}

/** What is known about a column of times besides its values. */
export interface TimeHints {
  /** values of the other columns, row by row; a column with dates tells the unit of another one */
  readonly beside?: readonly (readonly string[])[];
  /** whether the values are those of the whole file */
  readonly isWhole?: boolean;
  /** the unit that the user named */
  readonly unit?: TimeUnit | undefined;
}

/** A reader, or what is wrong with the values although they are times. */
export type TimeColumn = TimeReader | { readonly problem: string };

/**
 * Finds out how a time column is to be read from its first values. Clocks and dates are known by their form; numbers by
 * the name of the column, by their size, by dates beside them, or by how far apart messages would be.
 * @returns undefined when the values are no times
 */
export function timeColumnOf(
  column: string,
  samples: readonly string[],
  hints: TimeHints = {},
): TimeColumn | undefined {
  const values = samples.map((value) => value.trim()).filter((value) => value !== '');
  const most = (form: (value: string) => boolean) => values.filter(form).length * 2 > values.length;
  const forms = values.map(formOf);
  if (most((value) => formOf(value) === 'clock')) return { unit: 'h:mm:ss', read: readTime };
  if (forms.filter((form) => form === 'date').length * 2 > values.length)
    return { unit: 'date and time', read: readTime };
  const shortened = values.find(isShortened);
  if (shortened !== undefined) return { problem: shortenedProblem(column, shortened) };
  const comma = commaMeaning(values);
  const read = (value: string) => numberIn(value.trim(), comma);
  if (!most((value) => read(value) !== undefined) && comma !== 'unclear') return undefined;
  return numberColumn(column, samples, { ...hints, comma });
}

function formOf(value: string): 'clock' | 'date' | undefined {
  const time = readTime(value);
  // Ten digits and more are judged with all numbers of the column.
  if (time === undefined || /^[\d.,]+$/u.test(value)) return undefined;
  return time.kind === 'wall' || time.kind === 'numeric' ? 'date' : 'clock';
}

function numberColumn(
  column: string,
  samples: readonly string[],
  { beside = [], isWhole = false, unit, comma }: TimeHints & { readonly comma: CommaMeaning },
): TimeColumn | undefined {
  if (comma === 'unclear') {
    return {
      problem: `"${excerpt(column)}" has commas that may be decimal signs or part thousands: write the numbers with points, or without parting`,
    };
  }
  const known = samples.flatMap((sample, index) => {
    const value = numberIn(sample.trim(), comma);
    return value === undefined ? [] : [{ value, wall: wallIn(beside[index] ?? []) }];
  });
  const values = known.map(({ value }) => value);
  const isLong = samples.filter((sample) => LONG_FRACTION.test(sample)).length * 2 > samples.length;
  if (isDayNumber(column, values, isLong)) return { unit: 'days of a spreadsheet', read: dayReader(comma) };
  if (unit === undefined && isLong && isPartOfDay(column, values)) {
    return { unit: 'parts of a day, as a spreadsheet counts', read: partOfDayReader(comma) };
  }
  const clock = numberClockOf({ name: column, values, walls: known.map(({ wall }) => wall), isWhole, unit });
  if (!clock) return { problem: unitProblem(column, samples) };
  return numberReader(clock, comma);
}

function numberReader(clock: NumberClock, comma: CommaMeaning): TimeReader {
  return {
    unit: clock.unit,
    meaning: { of: 'stream', why: `they are ${clock.unit}, ${clock.why}` },
    read(value) {
      const number = numberIn(value.trim(), comma);
      const time = number === undefined ? undefined : clock.read(number);
      if (!time) return undefined;
      if ('at' in time) return { kind: 'wall', at: time.at, isZoned: true, hasYear: true };
      return { kind: 'stream', ms: time.offsetMs };
    },
  };
}

/** The longest date is that of JavaScript with the name of its zone. */
const DATE_MAX_LENGTH = 80;

/** The first date of a row, in ms since 1970. */
function wallIn(cells: readonly string[]): number | undefined {
  for (const cell of cells) {
    const time = cell.length <= DATE_MAX_LENGTH ? readTime(cell) : undefined;
    if (time?.kind === 'wall') return time.at;
  }
  return undefined;
}

/** Spreadsheets count days since the end of 1899; these are the years 2000 to 2099. */
const DAY_NUMBER_MIN = 36_526;
const DAY_NUMBER_MAX = 73_050;
const DAY_NUMBER_OF_1970 = 25_569;

/** A second is 0.0000115 days, so days have more digits than the seconds and milliseconds of any tool. */
const LONG_FRACTION = /[.,]\d{7,}\s*$/u;
const OF_SECONDS = /sec|offset/iu;

function isDayNumber(column: string, values: readonly number[], isLong: boolean): boolean {
  const isDate = /date|datum|fecha|data|created|timestamp/iu.test(column);
  return (
    (isDate || (isLong && !OF_SECONDS.test(column))) &&
    values.length > 0 &&
    values.every((value) => value >= DAY_NUMBER_MIN && value <= DAY_NUMBER_MAX) &&
    values.some((value) => !Number.isInteger(value))
  );
}

function dayReader(comma: CommaMeaning): TimeReader['read'] {
  return (value) => {
    const days = numberIn(value.trim(), comma);
    if (days === undefined || days < DAY_NUMBER_MIN || days > DAY_NUMBER_MAX) return undefined;
    return { kind: 'wall', at: Math.round((days - DAY_NUMBER_OF_1970) * DAY_MS), isZoned: false, hasYear: true };
  };
}

/** Longest time that a spreadsheet would hold as a part of a day, in days. As seconds it would be a log of a moment. */
const PARTS_MAX = 3;

function isPartOfDay(column: string, values: readonly number[]): boolean {
  return !OF_SECONDS.test(column) && values.length > 0 && values.every((value) => value >= 0 && value < PARTS_MAX);
}

function partOfDayReader(comma: CommaMeaning): TimeReader['read'] {
  return (value) => {
    const days = numberIn(value.trim(), comma);
    if (days === undefined) return undefined;
    return { kind: 'clock', ms: Math.round(days * DAY_MS), fields: 3, isPadded: true };
  };
}

function shortenedProblem(column: string, value: string): string {
  return (
    `"${excerpt(value, VALUE_LENGTH)}" as "${excerpt(column, VALUE_LENGTH)}" was shortened by a spreadsheet, so many ` +
    'messages have the same time: export the column as text or as whole numbers'
  );
}

function unitProblem(column: string, samples: readonly string[]): string {
  return (
    `"${excerpt(column, VALUE_LENGTH)}" has numbers (${excerpt(samples[0] ?? '', VALUE_LENGTH)}, …) that may be seconds or ` +
    'milliseconds, and nothing in the file tells which: say it with --unit s, --unit ms or --unit us'
  );
}
