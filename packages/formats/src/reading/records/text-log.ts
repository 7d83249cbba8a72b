import type { FileHead, ImportFormat, ImportInput } from '../format.ts';
import { excerpt } from '../import-error.ts';
import { lineReader } from './lines.ts';

/** The content of one line of a text log. Exactly one of the times is set: stream time, or wall-clock time. */
interface ChatLine {
  readonly offsetMs?: number;
  /** ms since 1970 UTC */
  readonly at?: number;
  readonly author: string;
  readonly text: string;
}

export interface TextLogFormat {
  readonly name: string;
  readonly title: string;
  /** form of a line, for the reason of a skip */
  readonly layout: string;
  /** undefined when the line has another form */
  parse(line: string): ChatLine | undefined;
  /** true when the head shows that another tool wrote the file although the lines look alike */
  isForeign?(head: FileHead): boolean;
}

/** A format with one message on each line. Empty lines are ignored, lines of another form are skipped and counted. */
export function textLog(format: TextLogFormat): ImportFormat {
  const { name, title } = format;
  return {
    name,
    title,
    recognise(head) {
      if (head.lines.length === 0 || format.isForeign?.(head)) return 0;
      const hits = head.lines.filter((line) => format.parse(line) !== undefined).length;
      return hits * 2 >= head.lines.length ? hits / head.lines.length : 0;
    },
    open: (input) =>
      lineReader((line, where, out) => {
        const parsed = format.parse(line);
        const message = parsed && messageOf(parsed, where, input);
        if (message) out.push(message);
        else if (!parsed) input.notes.skip(where, `"${excerpt(line)}" is not of the form ${format.layout}`);
      }),
  };
}

function messageOf(line: ChatLine, where: string, { notes, emotes }: ImportInput) {
  const { at, author, text } = line;
  const offsetMs = notes.place(line.offsetMs ?? notes.sinceFirst(at ?? 0), 'chat', where);
  if (offsetMs === undefined) return undefined;
  emotes.addText(text);
  const found = emotes.take();
  return at === undefined
    ? { offsetMs, author, text, emotes: found, kind: 'chat' as const }
    : { offsetMs, at, author, text, emotes: found, kind: 'chat' as const };
}
