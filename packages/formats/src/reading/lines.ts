import { ImportError } from './import-error.ts';

/** Twitch allows 500 characters; whatever is longer than this is no chat line and would only fill the memory. */
const LINE_MAX_LENGTH = 1_048_576;

export interface Line {
  /** from 1 */
  readonly number: number;
  /** without its line break */
  readonly text: string;
}

/** Lines that end in LF or CRLF. @throws ImportError for a line over 1 Mi characters. */
export async function* linesOf(text: AsyncIterable<string>): AsyncGenerator<Line, void> {
  let number = 0;
  let parts: string[] = [];
  let length = 0;
  const add = (part: string) => {
    length += part.length;
    if (length > LINE_MAX_LENGTH) throw tooLong(number + 1);
    if (part !== '') parts.push(part);
  };
  const take = (): Line => {
    const line = parts.join('');
    parts = [];
    length = 0;
    number += 1;
    return { number, text: line.endsWith('\r') ? line.slice(0, -1) : line };
  };
  for await (const chunk of text) {
    let start = 0;
    for (let end = chunk.indexOf('\n'); end !== -1; end = chunk.indexOf('\n', start)) {
      add(chunk.slice(start, end));
      yield take();
      start = end + 1;
    }
    add(chunk.slice(start));
  }
  if (length > 0) yield take();
}

function tooLong(line: number): ImportError {
  return new ImportError(`Line ${line} is longer than a million characters: a chat log has one message on a line`);
}
