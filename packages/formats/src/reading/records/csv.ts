import type { ChatMessage } from '../chat.ts';
import type { ChatReader } from '../format.ts';
import { ImportError } from '../import-error.ts';
import type { ImportNotes } from '../import-notes.ts';
import { cellsOf, looseCellsOf, quotingOf } from './csv-line.ts';
import { LineSplitter, type TakeLine, afterMark } from './lines.ts';

/** A field may contain line breaks, so without this limit one extra quote would turn the whole file into a field. */
const RECORD_MAX_LENGTH = 1_048_576;
/** Lines that are read again one by one, so that each of them may begin a record of several lines. */
const AGAIN_MAX_LINES = 50;
/** Excel's hint in the first line. */
const SEPARATOR_LINE = /^"?sep=(.)"?$/iu;

/** What a format does with the fields of one record. */
export type ReadRecord = (cells: readonly string[], where: string, out: ChatMessage[]) => void;

interface NumberedLine {
  readonly text: string;
  readonly number: number;
}

/**
 * A reader of comma-separated values (RFC 4180): quoted fields may hold the separator, quotes and line breaks. A line
 * whose quotes are not in order is read by the number of fields that the first record has.
 */
export function csvReader(
  separator: string,
  read: ReadRecord,
  { notes, end }: { notes?: ImportNotes; end?: (out: ChatMessage[]) => void } = {},
): ChatReader {
  const lines = new LineSplitter();
  const records = new Records(separator, read, notes);
  const take =
    (out: ChatMessage[]): TakeLine =>
    (piece, start, stop) =>
      records.take({ text: piece.slice(afterMark(piece, start, stop), stop), number: lines.number }, out);
  return {
    push: (piece, out) => lines.push(piece, take(out)),
    end(out) {
      lines.end(take(out));
      records.end(out);
      end?.(out);
    },
  };
}

/** Joins lines to records. */
class Records {
  readonly #separator: string;
  readonly #read: ReadRecord;
  readonly #notes: ImportNotes | undefined;
  /** fields of the first record, which names the columns; 0 before it */
  #width = 0;
  /** lines of a record whose last field is still open */
  #open: NumberedLine[] = [];
  #openLength = 0;

  constructor(separator: string, read: ReadRecord, notes: ImportNotes | undefined) {
    this.#separator = separator;
    this.#read = read;
    this.#notes = notes;
  }

  take(line: NumberedLine, out: ChatMessage[]): void {
    if (this.#open.length === 0) this.#begin(line, out);
    else this.#continue(line, out);
  }

  /** A record that is still open at the end was cut off, or a quote in it never closes. */
  end(out: ChatMessage[]): void {
    if (this.#open.length === 1 && !this.#isLoose(this.#open[0])) {
      this.#notes?.skip(`line ${this.#open[0]?.number}`, 'its quote is never closed: the file was cut off');
      this.#open = [];
    }
    while (this.#open.length > 0) this.#again(out);
  }

  #begin(line: NumberedLine, out: ChatMessage[]): void {
    const { text, number } = line;
    if (text.trim() === '' || (this.#width === 0 && SEPARATOR_LINE.test(text))) return;
    const cells = cellsOf(text, this.#separator);
    if (typeof cells !== 'string') this.#put(cells, number, out);
    else if (cells === 'odd') this.#putLoose(line, out);
    else {
      this.#open = [line];
      this.#openLength = text.length;
    }
  }

  #continue(line: NumberedLine, out: ChatMessage[]): void {
    this.#openLength += line.text.length + 1;
    if (this.#openLength > RECORD_MAX_LENGTH) throw tooLong(this.#open[0]?.number ?? line.number);
    this.#open.push(line);
    if (!line.text.includes('"')) return;
    const quoting = quotingOf(line.text, this.#separator);
    if (quoting === 'open') return;
    const record = this.#open.map(({ text }) => text).join('\n');
    const cells = quoting === 'closed' ? cellsOf(record, this.#separator) : 'odd';
    if (typeof cells === 'string' || (this.#width !== 0 && cells.length !== this.#width)) this.#again(out);
    else {
      const number = this.#open[0]?.number ?? line.number;
      this.#open = [];
      this.#put(cells, number, out);
    }
  }

  /** The quote of the first line belongs to its text, so the lines after it are records of their own. */
  #again(out: ChatMessage[]): void {
    const [first, ...rest] = this.#open;
    this.#open = [];
    if (first) this.#putLoose(first, out);
    const isShort = rest.length <= AGAIN_MAX_LINES;
    for (const line of rest) {
      if (isShort) this.take(line, out);
      else this.#alone(line, out);
    }
  }

  #alone(line: NumberedLine, out: ChatMessage[]): void {
    this.#begin(line, out);
    if (this.#open.length === 0) return;
    this.#open = [];
    this.#putLoose(line, out);
  }

  #isLoose(line: NumberedLine | undefined): boolean {
    return line !== undefined && looseCellsOf(line.text, this.#separator, this.#width) !== undefined;
  }

  #putLoose({ text, number }: NumberedLine, out: ChatMessage[]): void {
    const cells = looseCellsOf(text, this.#separator, this.#width);
    if (cells) this.#put(cells, number, out);
    else this.#notes?.skip(`line ${number}`, 'a quote in it is never closed, or not doubled as it must be in a field');
  }

  #put(cells: readonly string[], number: number, out: ChatMessage[]): void {
    if (this.#width === 0) this.#width = cells.length;
    this.#read(cells, `line ${number}`, out);
  }
}

/**
 * The first records of the beginning of a file, for recognising; the last one may be cut off.
 * @param isWhole whether the text is the whole file; then a quote that is never closed is one of its line only
 */
export function firstRecords(text: string, separator: string, limit: number, isWhole = false): string[][] {
  const found: string[][] = [];
  const reader = csvReader(separator, (cells) => found.push([...cells]));
  try {
    reader.push(`${text}\n`, []);
    if (isWhole) reader.end([]);
  } catch (error) {
    // A record that is too long is reported when the file is read.
    if (!(error instanceof ImportError)) throw error;
  }
  return found.slice(0, limit);
}

/** The separator that Excel's hint `sep=;` in the first line names. */
export function separatorOf(firstLine: string): string | undefined {
  return SEPARATOR_LINE.exec(firstLine)?.[1];
}

function tooLong(line: number): ImportError {
  return new ImportError(
    `Line ${line} begins a record of over a million characters: a quote in it is probably never closed`,
  );
}
