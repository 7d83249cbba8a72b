import type { ChatMessage } from './chat.ts';
import type { ImportInput } from './format.ts';
import { excerpt, VALUE_LENGTH } from './import-error.ts';
import { type TimeReader, timeReaderOf } from './time-column.ts';

/** How sure a table is by its columns alone. A format that knows its columns is surer. */
export const BY_COLUMNS = 0.9;

/** Names of columns as tools write them, without case and punctuation. The first name that the table has counts. */
const OFFSET = 'timeinseconds contentoffsetseconds offsetseconds offsetms offset videooffset seconds'.split(' ');
const WALL = 'time timetext timestamp createdutc createdat date datetime sentat ts t'.split(' ');
const USER = [
  'user',
  'username',
  'author',
  'authorname',
  'authordisplayname',
  'displayname',
  'name',
  'nick',
  'login',
  'u',
];
const TEXT = ['text', 'message', 'body', 'msg', 'content', 'comment', 'chat', 'm'];

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
  const time = first(plain, OFFSET) ?? first(plain, WALL) ?? [...plain].find(([name]) => OTHER_TIME.test(name))?.[1];
  const text = first(plain, TEXT);
  return time === undefined || text === undefined ? undefined : { time, user: first(plain, USER), text };
}

export function hasTextColumn(names: readonly string[]): boolean {
  return first(plainNames(names), TEXT) !== undefined;
}

const OTHER_TIME = /^(?:time|offset)\w{1,12}$/u;

function plainNames(names: readonly string[]): ReadonlyMap<string, string> {
  const byPlainName = new Map<string, string>();
  for (const name of names) {
    const plain = name.toLowerCase().replaceAll(/[^a-z0-9µ]/gu, '');
    if (!byPlainName.has(plain)) byPlainName.set(plain, name);
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
  readonly #input: ImportInput;

  /** @returns undefined when the first values of the time column are no times */
  static of(columns: Columns, samples: readonly string[], input: ImportInput): RowReader | undefined {
    const time = timeReaderOf(columns.time, samples);
    return time && new RowReader(columns, time, input);
  }

  private constructor(columns: Columns, time: TimeReader, input: ImportInput) {
    this.columns = columns;
    this.#time = time;
    this.#input = input;
    input.notes.report.columns = `time in "${columns.time}" (${time.unit}), author in ${
      columns.user === undefined ? 'no column' : `"${columns.user}"`
    }, text in "${columns.text}"`;
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
    const offsetMs = notes.place('at' in time ? notes.sinceFirst(time.at) : time.offsetMs, 'chat', where);
    if (offsetMs === undefined) return undefined;
    emotes.addText(row.text);
    const said = { author: row.user, text: row.text, emotes: emotes.take(), kind: 'chat' } as const;
    return 'at' in time ? { offsetMs, at: time.at, ...said } : { offsetMs, ...said };
  }
}
