import type { ChatMessage } from '../chat.ts';
import type { ChatReader } from '../format.ts';
import { ImportError } from '../import-error.ts';
import type { ImportNotes } from '../import-notes.ts';
import { LineSplitter, type TakeLine } from './lines.ts';

/** A field may contain line breaks, so without this limit one extra quote would turn the whole file into a field. */
const RECORD_MAX_LENGTH = 1_048_576;

/** What a format does with the fields of one record. */
export type ReadRecord = (cells: readonly string[], where: string, out: ChatMessage[]) => void;

/** A reader of comma-separated values (RFC 4180): quoted fields may hold the separator, quotes and line breaks. */
export function csvReader(
  separator: string,
  read: ReadRecord,
  { notes, end }: { notes?: ImportNotes; end?: (out: ChatMessage[]) => void } = {},
): ChatReader {
  const lines = new LineSplitter();
  let open: { text: string; line: number } | undefined;
  const readInto =
    (out: ChatMessage[]): TakeLine =>
    (piece, start, stop) => {
      const line = piece.slice(start, stop);
      const begun: number = open?.line ?? lines.number;
      const text: string = open ? `${open.text}\n${line}` : line;
      // A record continues in the next line while a quote is open. A complete record has an even number of quotes.
      const isOpen = (open !== undefined) !== hasOddQuotes(line);
      open = isOpen ? { text, line: begun } : undefined;
      if (text.length > RECORD_MAX_LENGTH) throw tooLong(begun);
      if (!isOpen && text.trim() !== '') read(cellsOf(text, separator), `line ${begun}`, out);
    };
  return {
    push: (piece, out) => lines.push(piece, readInto(out)),
    end(out) {
      lines.end(readInto(out));
      if (open) notes?.skip(`line ${open.line}`, 'its quote is never closed: the file was cut off');
      end?.(out);
    },
  };
}

/** The first records of the beginning of a file, for recognising; the last one may be cut off. */
export function firstRecords(text: string, separator: string, limit: number): string[][] {
  const found: string[][] = [];
  const reader = csvReader(separator, (cells) => found.push([...cells]));
  // The added quote closes a field that was cut off. If no field is open, it opens one that stays unfinished and is
  // dropped.
  reader.push(`${text}\n"\n`, []);
  return found.slice(0, limit);
}

/** The fields of one record. */
function cellsOf(record: string, separator: string): string[] {
  if (!record.includes('"')) return record.split(separator);
  const cells: string[] = [];
  let at = 0;
  for (;;) {
    const { cell, end } =
      record.charAt(at) === '"' ? quotedCell(record, at, separator) : plainCell(record, at, separator);
    cells.push(cell);
    if (end >= record.length) return cells;
    at = end + 1;
  }
}

function plainCell(record: string, at: number, separator: string): { cell: string; end: number } {
  const found = record.indexOf(separator, at);
  const end = found === -1 ? record.length : found;
  return { cell: record.slice(at, end), end };
}

function quotedCell(record: string, start: number, separator: string): { cell: string; end: number } {
  let cell = '';
  let at = start + 1;
  for (;;) {
    const quote = record.indexOf('"', at);
    if (quote === -1) return { cell: cell + record.slice(at), end: record.length };
    cell += record.slice(at, quote);
    if (record.charAt(quote + 1) !== '"') {
      // No standard allows text behind the closing quote; it is kept.
      const rest = plainCell(record, quote + 1, separator);
      return { cell: cell + rest.cell, end: rest.end };
    }
    cell += '"';
    at = quote + 2;
  }
}

function hasOddQuotes(line: string): boolean {
  let isOdd = false;
  for (let at = line.indexOf('"'); at !== -1; at = line.indexOf('"', at + 1)) isOdd = !isOdd;
  return isOdd;
}

function tooLong(line: number): ImportError {
  return new ImportError(
    `Line ${line} begins a record of over a million characters: a quote in it is probably never closed`,
  );
}
