import type { ChatMessage } from './chat.ts';
import type { ChatReader } from './format.ts';
import { ImportError } from './import-error.ts';

/** Twitch allows 500 characters; whatever is longer than this is no chat line and would only fill the memory. */
const LINE_MAX_LENGTH = 1_048_576;

/**
 * What a format does with one line.
 * @param line without its line break (LF or CRLF)
 * @param where "line 17", for the notes
 * @param out takes the messages of the line
 */
export type ReadLine = (line: string, where: string, out: ChatMessage[]) => void;

/** Cuts a text into lines, whatever the pieces. */
export class LineSplitter {
  #number = 0;
  #parts: string[] = [];
  #length = 0;

  /** The number of the line that was handed out last, from 1. */
  get number(): number {
    return this.#number;
  }

  /** The lines that end in this piece. @throws ImportError for a line over 1 Mi characters */
  *push(piece: string): Generator<string, void> {
    let start = 0;
    for (let end = piece.indexOf('\n'); end !== -1; end = piece.indexOf('\n', start)) {
      this.#add(piece, start, end);
      yield this.#take();
      start = end + 1;
    }
    this.#add(piece, start, piece.length);
  }

  /** The last line, if the file does not end in a line break. */
  *end(): Generator<string, void> {
    if (this.#length > 0) yield this.#take();
  }

  #add(piece: string, start: number, end: number): void {
    this.#length += end - start;
    if (this.#length > LINE_MAX_LENGTH) throw tooLong(this.#number + 1);
    if (end > start) this.#parts.push(piece.slice(start, end));
  }

  #take(): string {
    const line = this.#parts.length === 1 ? (this.#parts[0] ?? '') : this.#parts.join('');
    this.#parts.length = 0;
    this.#length = 0;
    this.#number += 1;
    return line.endsWith('\r') ? line.slice(0, -1) : line;
  }
}

/** A reader of files with one record on each line. Empty lines are passed over. */
export function lineReader(readLine: ReadLine, end: (out: ChatMessage[]) => void = () => {}): ChatReader {
  const splitter = new LineSplitter();
  const out: ChatMessage[] = [];
  function* read(lines: Iterable<string>): Generator<ChatMessage, void> {
    for (const line of lines) {
      if (line === '' || line.trim() === '') continue;
      readLine(line, `line ${splitter.number}`, out);
      if (out.length > 0) yield* out.splice(0);
    }
  }
  return {
    push: (piece) => read(splitter.push(piece)),
    *end() {
      yield* read(splitter.end());
      end(out);
      yield* out.splice(0);
    },
  };
}

function tooLong(line: number): ImportError {
  return new ImportError(`Line ${line} is longer than a million characters: a chat log has one message on a line`);
}
