import type { ChatMessage } from '../chat.ts';
import type { ChatReader, FileHead, ImportFormat, ImportInput } from '../format.ts';
import { HeldMessages } from '../held-messages.ts';
import { excerpt } from '../import-error.ts';
import { lineReader } from '../records/lines.ts';
import { type DayStart, LogClock } from '../time/log-clock.ts';
import type { LoggedTime } from '../time/time-kinds.ts';
import type { Meaning } from '../time/meaning.ts';

/** What one line of a text log is. */
export type LogLine =
  | SaidLine
  /** a join, a title or the like; `removed` are messages that moderators removed */
  | { readonly kind: 'event'; readonly time?: LoggedTime; readonly removed?: readonly Removed[] }
  /** a header that names the day of the times after it */
  | { readonly kind: 'day'; readonly day: DayStart };

interface SaidLine {
  readonly kind: 'said';
  readonly time: LoggedTime;
  readonly author: string;
  readonly text: string;
}

/** All messages of an author so far, or only the last one with this text. */
export interface Removed {
  readonly author: string;
  readonly text?: string;
}

export interface TextLogFormat {
  readonly name: string;
  readonly title: string;
  /** form of a line, for the reason of a skip */
  readonly layout: string;
  /** undefined when the line has another form */
  parse(line: string): LogLine | undefined;
  /** what a time without a date means, when the head says so */
  meaning?(head: FileHead): Meaning | undefined;
  /** for formats that are known by more than the form of their lines */
  recognise?(head: FileHead): number;
  /** set when lines of another form continue the message before them */
  readonly isContinued?: boolean;
  /** set when the log names removed messages; then messages are held back for two minutes */
  readonly isModerated?: boolean;
}

/** A format with one message on each line, or on several lines. Empty lines are ignored. */
export function textLog(format: TextLogFormat): ImportFormat {
  const { name, title } = format;
  return {
    name,
    title,
    recognise: (head) => format.recognise?.(head) ?? surenessOf(format, head),
    open: (input) => readerOf(format, input),
  };
}

/** Longest log of a messenger has long messages; so few of its lines may begin one. */
const CONTINUED_SURENESS = 0.95;

/** Lines with titles, as Element writes them above the messages. */
const TITLES_MAX = 10;
const TITLED_SURENESS = 0.5;

/** Less than that of raw IRC, whose lines hold colons, too, and often begin with a time. */
const SURENESS_MAX = 0.98;

function surenessOf(format: TextLogFormat, { lines }: FileHead): number {
  const kinds = lines.map((line) => format.parse(line)?.kind);
  const said = kinds.filter((kind) => kind === 'said').length;
  const others = kinds.filter((kind) => kind === undefined).length;
  if (said === 0) return 0;
  const ratio = said / (said + others);
  if (format.isContinued) {
    const first = kinds.find((kind) => kind !== 'event' && kind !== 'day');
    if (first === 'said') return Math.max(ratio, CONTINUED_SURENESS);
    // Titles stand above the messages.
    const titles = kinds.indexOf('said');
    const below = kinds.slice(titles).filter((kind) => kind === undefined).length;
    return titles <= TITLES_MAX && below <= said ? TITLED_SURENESS : 0;
  }
  return ratio >= 0.5 ? ratio * SURENESS_MAX : 0;
}

function readerOf(format: TextLogFormat, input: ImportInput): ChatReader {
  const reader = new TextLogReader(format, input);
  return lineReader(
    (line, where, out) => reader.read(line, where, out),
    (out) => reader.end(out),
  );
}

/** A message whose text may go on in the next line. */
interface OpenMessage {
  readonly said: SaidLine;
  readonly where: string;
  text: string;
}

/** Lines of one message; a messenger allows fewer characters. */
const TEXT_MAX_LENGTH = 1_048_576;

class TextLogReader {
  readonly #format: TextLogFormat;
  readonly #input: ImportInput;
  readonly #clock: LogClock;
  readonly #held: HeldMessages | undefined;
  #open: OpenMessage | undefined;

  constructor(format: TextLogFormat, input: ImportInput) {
    this.#format = format;
    this.#input = input;
    const parsed = input.head.lines.map((line) => format.parse(line));
    const times = parsed.flatMap((line) => (line?.kind === 'said' ? [line.time] : []));
    this.#clock = new LogClock(input.notes, times, format.meaning?.(input.head));
    this.#held = format.isModerated ? new HeldMessages(input.notes.report) : undefined;
  }

  read(line: string, where: string, out: ChatMessage[]): void {
    const parsed = this.#format.parse(line);
    if (!parsed) this.#other(line, where);
    else if (parsed.kind === 'said') this.#said(parsed, where, out);
    else {
      this.#close(out);
      if (parsed.kind === 'day') this.#clock.setDay(parsed.day);
      else this.#event(parsed);
    }
  }

  end(out: ChatMessage[]): void {
    this.#close(out);
    this.#held?.flush(out);
  }

  #other(line: string, where: string): void {
    const open = this.#open;
    if (!open || open.text.length + line.length > TEXT_MAX_LENGTH) {
      this.#input.notes.skip(where, `"${excerpt(line)}" is not of the form ${this.#format.layout}`);
    } else open.text = open.text === '' ? line.trimStart() : `${open.text}\n${line.replace(/^\t/u, '')}`;
  }

  #said(said: SaidLine, where: string, out: ChatMessage[]): void {
    if (this.#format.isContinued) {
      this.#close(out);
      this.#open = { said, where, text: said.text };
    } else this.#put(said, said.text, where, out);
  }

  #event({ time, removed = [] }: Extract<LogLine, { kind: 'event' }>): void {
    if (time) this.#clock.see(time);
    for (const { author, text } of removed) {
      if (text === undefined) this.#held?.removeAuthor(author.toLowerCase());
      else this.#held?.remove(idOf(author, text));
    }
  }

  #close(out: ChatMessage[]): void {
    const open = this.#open;
    if (open) this.#put(open.said, open.text, open.where, out);
    this.#open = undefined;
  }

  #put({ time, author }: SaidLine, text: string, where: string, out: ChatMessage[]): void {
    const placed = this.#clock.place(time, where);
    if (!placed) return;
    const { offsetMs, at } = placed;
    this.#input.emotes.addText(text);
    const emotes = this.#input.emotes.take();
    const message: ChatMessage =
      at === undefined
        ? { offsetMs, author, text, emotes, kind: 'chat' }
        : { offsetMs, at, author, text, emotes, kind: 'chat' };
    if (this.#held) this.#held.add(message, idOf(author, text), author.toLowerCase(), out);
    else out.push(message);
  }
}

/** Text logs have no ids: a removal names author and text. The latest of equal messages is meant. */
function idOf(author: string, text: string): string {
  return `${author.toLowerCase()}\n${text}`;
}
