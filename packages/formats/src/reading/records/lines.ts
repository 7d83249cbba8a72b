import type { ChatMessage } from '../chat.ts';
import type { ChatReader } from '../format.ts';
import { ImportError } from '../import-error.ts';

/** Twitch allows 500 characters. A line longer than this limit is no line of chat and would only fill the memory. */
const LINE_MAX_LENGTH = 1_048_576;

/**
 * Reads one line.
 * @param line without its line break (LF or CRLF)
 * @param where "line 17", for the notes
 * @param out takes the messages of the line
 */
export type ReadLine = (line: string, where: string, out: ChatMessage[]) => void;

/** Takes one line: the part of `text` from `start` to `end`, without its line break (LF or CRLF). */
export type TakeLine = (text: string, start: number, end: number) => void;

/** Cuts a text that comes in pieces of any size into lines. */
export class LineSplitter {
  #number = 0;
  #parts: string[] = [];
  #length = 0;

  /** Number of the last line that was passed on, from 1. */
  get number(): number {
    return this.#number;
  }

  /**
   * Passes on the lines that end in this piece, each as a part of a text: a line inside of the piece is not copied.
   * @throws ImportError for a line over 1 Mi characters
   */
  push(piece: string, take: TakeLine): void {
    let start = 0;
    for (let end = piece.indexOf('\n'); end !== -1; end = piece.indexOf('\n', start)) {
      if (this.#parts.length > 0) {
        this.#add(piece, start, end);
        this.#takeParts(take);
      } else {
        if (end - start > LINE_MAX_LENGTH) throw tooLong(this.#number + 1);
        this.#number += 1;
        take(piece, start, withoutReturn(piece, start, end));
      }
      start = end + 1;
    }
    this.#add(piece, start, piece.length);
  }

  /** Passes on the last line, if the file does not end in a line break. */
  end(take: TakeLine): void {
    if (this.#length > 0) this.#takeParts(take);
  }

  #add(piece: string, start: number, end: number): void {
    this.#length += end - start;
    if (this.#length > LINE_MAX_LENGTH) throw tooLong(this.#number + 1);
    if (end > start) this.#parts.push(piece.slice(start, end));
  }

  #takeParts(take: TakeLine): void {
    const line = this.#parts.join('');
    this.#parts.length = 0;
    this.#length = 0;
    this.#number += 1;
    take(line, 0, withoutReturn(line, 0, line.length));
  }
}

const CR = 0x0d;

function withoutReturn(text: string, start: number, end: number): number {
  return end > start && text.charCodeAt(end - 1) === CR ? end - 1 : end;
}

/** Files that were joined have a byte order mark at the start of a line. */
const MARK = 0xfeff;

/** Start of a line behind its byte order mark. */
export function afterMark(text: string, start: number, end: number): number {
  return start < end && text.charCodeAt(start) === MARK ? start + 1 : start;
}

export function withoutMark(line: string): string {
  return line.slice(afterMark(line, 0, line.length));
}

/** A reader of files with one record on each line. Empty lines are passed over. */
export function lineReader(readLine: ReadLine, end: (out: ChatMessage[]) => void = () => {}): ChatReader {
  const splitter = new LineSplitter();
  const readInto =
    (out: ChatMessage[]): TakeLine =>
    (text, start, stop) => {
      const line = text.slice(afterMark(text, start, stop), stop);
      if (line !== '' && line.trim() !== '') readLine(line, `line ${splitter.number}`, out);
    };
  return {
    push: (piece, out) => splitter.push(piece, readInto(out)),
    end(out) {
      splitter.end(readInto(out));
      end(out);
    },
  };
}

function tooLong(line: number): ImportError {
  return new ImportError(`Line ${line} is longer than a million characters: a chat log has one message on a line`);
}
