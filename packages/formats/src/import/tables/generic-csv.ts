import type { ChatMessage } from '../../reading/chat.ts';
import type { ChatReader, FileHead, ImportFormat, ImportInput } from '../../reading/format.ts';
import {
  BY_COLUMNS,
  type Columns,
  type DayAndClock,
  RowReader,
  columnsOf,
  dayAndClockOf,
} from '../../reading/columns.ts';
import { ImportError } from '../../reading/import-error.ts';
import { csvReader, firstRecords, separatorOf } from '../../reading/records/csv.ts';
import { timeColumnOf } from '../../reading/time-column.ts';
import { textOfRuns } from '../../reading/takeout-text.ts';

const SEPARATORS = [',', ';', '\t', '|'];
/** Lines above the names of the columns, such as a title. */
const TITLES_MAX = 5;
const SAMPLES = 2_000;

interface Positions {
  readonly time: number | DayAndClock;
  readonly user: number;
  readonly text: number;
}

interface Layout {
  readonly separator: string;
  readonly names: readonly string[];
  readonly columns: Columns;
  /** positions of the columns */
  readonly at: Positions;
  /** the first rows */
  readonly rows: readonly (readonly string[])[];
}

/** A table whose first line names its columns, separated by comma, semicolon, tab or `|`. */
export const genericCsv: ImportFormat = {
  name: 'generic-csv',
  title: 'CSV with columns for time, user and text',
  recognise: (head) => (layoutOf(head) ? BY_COLUMNS : 0),
  open(input) {
    const layout = layoutOf(input.head);
    // `recognise` has accepted the same head.
    if (!layout) throw new TypeError('opened for a file that was not recognised');
    if (layout.rows.length > 0) return tableReader(layout, input);
    if (!input.head.isWhole) return endlessRecord(layout, input);
    throw new ImportError('The table has no rows: its first line names the columns, and no messages follow it');
  },
};

function tableReader(layout: Layout, input: ImportInput): ChatReader {
  const { separator, names } = layout;
  const rows = new TableRows(layout, input);
  let isBelowHeader = false;
  return csvReader(
    separator,
    (cells, where, out) => {
      if (isHeader(cells, names)) {
        // A table that was appended to another one repeats the names.
        if (isBelowHeader) input.notes.skip(where, 'it names the columns once more');
        isBelowHeader = true;
      } else if (isBelowHeader) rows.read(cells, where, out);
      else input.notes.skip(where, 'it stands above the names of the columns');
    },
    input,
  );
}

class TableRows {
  readonly #layout: Layout;
  readonly #input: ImportInput;
  readonly #rows: RowReader;
  readonly #hasRuns: boolean;

  constructor(layout: Layout, input: ImportInput) {
    const { columns, at, rows } = layout;
    const times = rows.map((cells) => timeIn(cells, at));
    const beside = rows.map((cells) => cells.filter((_, index) => index !== at.time && index !== at.text));
    this.#layout = layout;
    this.#input = input;
    this.#rows = new RowReader(columns, times, input, { beside });
    this.#hasRuns = rows.every((cells) => textOfRuns(cells[at.text] ?? '') !== undefined);
  }

  read(cells: readonly string[], where: string, out: ChatMessage[]): void {
    const { at, names } = this.#layout;
    const raw = cells.length > names.length ? this.#longText(cells, where) : (cells[at.text] ?? '');
    if (raw === undefined) return;
    if (at.text >= cells.length) {
      this.#input.notes.skip(
        where,
        `it has no text: ${cells.length} fields, but the table has ${names.length} columns`,
      );
      return;
    }
    const text = this.#hasRuns ? (textOfRuns(raw) ?? raw) : raw;
    const message = this.#rows.read({ time: timeIn(cells, at), user: cells[at.user] ?? '', text }, where);
    if (message) out.push(message);
  }

  /** The text of a row with too many fields: it holds separators without quotes, if it is the last column. */
  #longText(cells: readonly string[], where: string): string | undefined {
    const { at, names, separator } = this.#layout;
    if (cells.slice(names.length).every((cell) => cell.trim() === '')) return cells[at.text] ?? '';
    if (at.text === names.length - 1) return cells.slice(at.text).join(separator);
    this.#input.notes.skip(where, `it has ${cells.length} fields, but the table has ${names.length} columns`);
    return undefined;
  }
}

/** Reads a table whose first row is longer than the head, to name its place. */
function endlessRecord({ separator, names }: Layout, input: ImportInput): ChatReader {
  return csvReader(
    separator,
    (cells, where) => {
      if (isHeader(cells, names)) return;
      throw new ImportError(`The record at ${where} is too long for a message: a quote in it is probably never closed`);
    },
    input,
  );
}

function isHeader(cells: readonly string[], names: readonly string[]): boolean {
  return cells.length >= names.length && names.every((name, index) => cells[index] === name);
}

function timeIn(cells: readonly string[], { time }: Positions): string {
  if (typeof time === 'number') return cells[time] ?? '';
  const clock = cells[time.clock] ?? '';
  return time.day === undefined ? clock : `${cells[time.day]?.trim() ?? ''} ${clock.trim()}`;
}

function layoutOf(head: FileHead): Layout | undefined {
  const [first = ''] = head.lines;
  if (/^[[{<]/u.test(first)) return undefined;
  const hinted = separatorOf(first);
  for (const separator of hinted === undefined ? SEPARATORS : [hinted]) {
    if (!head.lines.slice(0, TITLES_MAX + 1).some((line) => line.includes(separator))) continue;
    const layout = layoutWith(head, separator);
    if (layout) return layout;
  }
  return undefined;
}

function layoutWith(head: FileHead, separator: string): Layout | undefined {
  const records = firstRecords(head.text, separator, SAMPLES, head.isWhole);
  const top = records.slice(0, TITLES_MAX).findIndex((cells) => cells.length > 1 && columnsOf(cells) !== undefined);
  const names = records[top];
  const columns = names && columnsOf(names);
  if (!names || !columns) return undefined;
  const position = (name: string | undefined) => (name === undefined ? -1 : names.indexOf(name));
  const rows = records.slice(top + 1).filter((cells) => !isHeader(cells, names));
  const apart = dayAndClockOf(names, columns.time, rows);
  const time = apart ? nameOf(apart, names) : columns.time;
  const at = { time: apart ?? position(columns.time), user: position(columns.user), text: position(columns.text) };
  const times = rows.map((cells) => timeIn(cells, at));
  const isTable = rows.length === 0 || timeColumnOf(time, times) !== undefined;
  return isTable ? { separator, names, columns: { ...columns, time }, at, rows } : undefined;
}

function nameOf({ day, clock }: DayAndClock, names: readonly string[]): string {
  return [day, clock]
    .map((column) => (column === undefined ? '' : (names[column] ?? '')))
    .filter(Boolean)
    .join(' + ');
}
