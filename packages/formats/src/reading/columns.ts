import type { ChatMessage } from './chat.ts';
import { OFFSET_NAMES, TEXT_NAMES, USER_NAMES, WALL_NAMES } from './column-names.ts';
import type { ImportInput } from './format.ts';
import { ImportError, excerpt, VALUE_LENGTH } from './import-error.ts';
import { type TimeHints, type TimeReader, timeColumnOf } from './time-column.ts';
import { LogClock } from './time/log-clock.ts';
import { readTime } from './time/logged-time.ts';
import { meaningOf } from './time/meaning.ts';

/** How sure a table is by its columns alone. A format that knows its columns is surer. */
export const BY_COLUMNS = 0.9;

/**
 * Which column holds what. A table without authors is accepted; one without texts is not, because its emotes would be
 * missed.
 */
export interface Columns {
  readonly time: string;
  readonly user: string | undefined;
  readonly text: string;
}

/** Undefined when there is no column for the time or none for the text. */
export function columnsOf(names: readonly string[]): Columns | undefined {
  const plain = plainNames(names);
  const time =
    first(plain, OFFSET_NAMES) ?? first(plain, WALL_NAMES) ?? [...plain].find(([name]) => OTHER_TIME.test(name))?.[1];
  const text = first(plain, TEXT_NAMES) ?? [...plain].find(([name]) => OTHER_TEXT.test(name))?.[1];
  return time === undefined || text === undefined ? undefined : { time, user: first(plain, USER_NAMES), text };
}

/** Columns in which the day and the time of day stand apart. */
export interface DayAndClock {
  /** undefined when the clock counts from the start of the broadcast */
  readonly day: number | undefined;
  readonly clock: number;
}

/** Finds a column of days beside one of times of day; of stream time and of whole dates there is one column. */
export function dayAndClockOf(
  names: readonly string[],
  time: string,
  rows: readonly (readonly string[])[],
): DayAndClock | undefined {
  const plain = plainNames(names);
  if (first(plain, OFFSET_NAMES) === time) return undefined;
  const wall = [...plain].filter(([name]) => WALL_NAMES.includes(name)).map(([, name]) => names.indexOf(name));
  const most = (column: number, form: (value: string) => boolean) =>
    rows.filter((cells) => form(cells[column]?.trim() ?? '')).length * 2 > rows.length;
  const day = wall.find((column) => most(column, isDay));
  const clock = wall.find((column) => most(column, isClock));
  if (day === undefined || clock === undefined) return undefined;
  const times = rows.map((cells) => readTime(cells[clock] ?? '')).filter((value) => value !== undefined);
  // The day of the broadcast, beside stream time.
  const isOneDay = new Set(rows.map((cells) => cells[day])).size === 1;
  return isOneDay && meaningOf(times)?.of === 'stream' ? { day: undefined, clock } : { day, clock };
}

function isDay(value: string): boolean {
  return value !== '' && readTime(value) === undefined && isDated(readTime(`${value} 00:00:00`)?.kind);
}

function isClock(value: string): boolean {
  return isDated(readTime(`2000-01-01 ${value}`)?.kind);
}

function isDated(kind: string | undefined): boolean {
  return kind === 'wall' || kind === 'numeric';
}

export function hasTextColumn(names: readonly string[]): boolean {
  return first(plainNames(names), TEXT_NAMES) !== undefined;
}

const OTHER_TIME = /^(?:time|offset)\w{1,12}$|(?:timestamp|datetime)$/u;
const OTHER_TEXT = /(?:comment|message)(?:text|body)?$/u;
/** Accents, which `normalize` parts from their letters. */
const ACCENTS = /\p{M}/gu;
const SIGNS = /[^\p{L}\p{N}]/gu;

function plainNames(names: readonly string[]): ReadonlyMap<string, string> {
  const byPlainName = new Map<string, string>();
  for (const name of names) {
    const plain = name.toLowerCase().normalize('NFD').replaceAll(ACCENTS, '').normalize('NFC').replaceAll(SIGNS, '');
    if (plain !== '' && !byPlainName.has(plain)) byPlainName.set(plain, name);
  }
  return byPlainName;
}

function first(plain: ReadonlyMap<string, string>, wanted: readonly string[]): string | undefined {
  return wanted.map((name) => plain.get(name)).find((name) => name !== undefined);
}

/** Reads rows. Columns and unit of time are known from the beginning of the file. */
export class RowReader {
  readonly columns: Columns;
  readonly #time: TimeReader;
  readonly #clock: LogClock;
  readonly #input: ImportInput;

  /** @throws ImportError when the first values of the time column are no times, or their unit is not provable */
  constructor(columns: Columns, samples: readonly string[], input: ImportInput, hints: TimeHints = {}) {
    const time = timeColumnOf(columns.time, samples, { ...hints, isWhole: input.head.isWhole, unit: input.unit });
    if (!time || 'problem' in time) throw new ImportError(time?.problem ?? `"${excerpt(columns.time)}" has no times`);
    this.columns = columns;
    this.#time = time;
    this.#input = input;
    input.notes.report.columns = `time in "${columns.time}" (${time.unit}), author in ${
      columns.user === undefined ? 'no column' : `"${columns.user}"`
    }, text in "${columns.text}"`;
    const times = samples.map((value) => time.read(value)).filter((value) => value !== undefined);
    this.#clock = new LogClock(input.notes, times, time.meaning);
  }

  /** The message of a row, or undefined when it was skipped. */
  read(row: { time: string; user: string; text: string }, where: string): ChatMessage | undefined {
    const { notes, emotes } = this.#input;
    const time = this.#time.read(row.time);
    if (!time) {
      notes.skip(
        where,
        `it has no time ("${excerpt(row.time, VALUE_LENGTH)}" in "${excerpt(this.columns.time)}" is not in ${this.#time.unit})`,
      );
      return undefined;
    }
    const placed = this.#clock.place(time, where);
    if (!placed) return undefined;
    const { offsetMs, at } = placed;
    const { user: author, text } = row;
    emotes.addText(text);
    const found = emotes.take();
    return at === undefined
      ? { offsetMs, author, text, emotes: found, kind: 'chat' }
      : { offsetMs, at, author, text, emotes: found, kind: 'chat' };
  }
}
