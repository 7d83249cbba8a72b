import type { ChatMessage } from '../chat.ts';
import type { ChatReader, ImportInput } from '../format.ts';
import { JsonScanner } from './json-scanner.ts';
import { lineReader } from './lines.ts';

/** Reads one value and adds its messages to `out`. */
export type ReadValue = (value: unknown, where: string, out: ChatMessage[]) => void;

/** A reader of files with one JSON value on each line. */
export function jsonLines({ notes }: ImportInput, read: ReadValue, end?: (out: ChatMessage[]) => void): ChatReader {
  return lineReader((line, where, out) => {
    let value: unknown;
    try {
      value = JSON.parse(line);
    } catch {
      // An object ends with a bracket; a line without it was cut off.
      notes.skip(where, /[}\]]\s*$/u.test(line) ? 'it is not valid JSON' : 'it is cut off, so it is not valid JSON');
      return;
    }
    read(value, where, out);
  }, end);
}

/**
 * A reader of JSON whose root is a list, or an object whose member `list` is one. The notes call an element `name 1`.
 */
export function jsonList(
  { notes }: ImportInput,
  { list, name }: { list: string | null; name: string },
  read: ReadValue,
  end: (out: ChatMessage[]) => void = () => {},
): ChatReader {
  const parts = new JsonScanner({ list, members: [], elementName: name });
  return {
    push(piece, out) {
      for (const part of parts.push(piece)) {
        if (part.kind === 'element') read(part.value, `${name} ${part.index + 1}`, out);
        else if (part.kind === 'broken') notes.skip(`${name} ${part.index + 1}`, 'it is not valid JSON');
      }
    },
    end(out) {
      parts.end();
      end(out);
    },
  };
}
