import type { ChatMessage } from '../chat.ts';
import type { ChatReader, FileHead, ImportFormat, ImportInput } from '../format.ts';
import { excerpt } from '../import-error.ts';
import { LineSplitter, type TakeLine, withoutMark } from '../records/lines.ts';
import { findTime } from '../time/logged-time.ts';
import { haveNames, readCue } from './cue-text.ts';

/** A cue: its lines, and where it begins in stream time. */
interface Cue {
  readonly ms: number;
  readonly where: string;
  readonly lines: string[];
}

export interface CueFormat {
  readonly name: string;
  readonly title: string;
  recognise(head: FileHead): number;
  /** what stands between the two times of a cue */
  readonly arrow: RegExp;
  /** set when any line above the times may name the cue, not only a number */
  readonly hasNames?: boolean;
}

/** Subtitles: a line with two times, lines of text, and an empty line. A cue is a message at its first time. */
export function cueFormat(format: CueFormat): ImportFormat {
  const { name, title } = format;
  return {
    name,
    title,
    recognise: (head) => format.recognise(head),
    open: (input) => open(format, input),
  };
}

const TEXT_MAX_LENGTH = 1_048_576;

function open({ arrow, hasNames: isNamed = false }: CueFormat, input: ImportInput): ChatReader {
  const names = haveNames(cuesOfHead(input.head, arrow));
  const splitter = new LineSplitter();
  let out: ChatMessage[] = [];
  const cues = new CueLines(arrow, {
    cue: (cue) => put(cue, names, input, out),
    stray: (line, where) => input.notes.skip(where, `"${excerpt(line)}" belongs to no time`),
    isNamed,
  });
  const take: TakeLine = (text, start, end) => cues.read(withoutMark(text.slice(start, end)), splitter.number);
  return {
    push(piece, into) {
      out = into;
      splitter.push(piece, take);
    },
    end(into) {
      out = into;
      splitter.end(take);
      cues.end();
    },
  };
}

function put({ ms, where, lines }: Cue, hasNames: boolean, { notes, emotes }: ImportInput, out: ChatMessage[]): void {
  const said = readCue(lines.join('\n'), hasNames);
  const offsetMs = notes.place(ms, 'chat', where);
  if (offsetMs === undefined) return;
  emotes.addText(said.text);
  out.push({ offsetMs, ...said, emotes: emotes.take(), kind: 'chat' });
}

function cuesOfHead({ text }: FileHead, arrow: RegExp): string[] {
  const found: string[] = [];
  const cues = new CueLines(arrow, {
    cue: ({ lines }) => found.push(lines.join('\n')),
    stray: () => {},
    isNamed: true,
  });
  for (const line of text.split(/\r?\n/u)) cues.read(line, 0);
  return found;
}

interface CueTarget {
  cue(cue: Cue): void;
  stray(line: string, where: string): void;
  readonly isNamed: boolean;
}

/** Joins lines to cues. */
class CueLines {
  readonly #arrow: RegExp;
  readonly #target: CueTarget;
  #cue: Cue | undefined;
  #length = 0;
  /** a line outside of cues, which names the next one if a line with times follows */
  #name: { line: string; where: string } | undefined;
  #isNote = false;

  constructor(arrow: RegExp, target: CueTarget) {
    this.#arrow = arrow;
    this.#target = target;
  }

  read(line: string, number: number): void {
    const where = `line ${number}`;
    const ms = beginOf(line, this.#arrow);
    if (ms !== undefined) this.#begin({ ms, where, lines: [] });
    else if (line.trim() === '') this.#blank();
    else if (this.#cue) this.#add(line, where);
    else this.#outside(line, where);
  }

  end(): void {
    this.#blank();
  }

  #begin(cue: Cue): void {
    // The name of the next cue, without an empty line before it.
    const last = this.#cue?.lines.at(-1);
    if (this.#cue && this.#cue.lines.length > 1 && last !== undefined && /^\d{1,9}$/u.test(last)) this.#cue.lines.pop();
    this.#close();
    this.#cue = cue;
    this.#length = 0;
    if (!this.#target.isNamed) this.#forget();
    this.#name = undefined;
    this.#isNote = false;
  }

  #add(line: string, where: string): void {
    this.#length += line.length + 1;
    if (this.#length > TEXT_MAX_LENGTH) this.#target.stray(line, where);
    else this.#cue?.lines.push(line);
  }

  #outside(line: string, where: string): void {
    if (/^(?:WEBVTT|NOTE|STYLE|REGION)\b/u.test(line)) this.#isNote = true;
    if (this.#isNote) return;
    this.#forget();
    this.#name = { line, where };
  }

  #blank(): void {
    this.#close();
    this.#forget();
    this.#isNote = false;
  }

  #close(): void {
    if (this.#cue) this.#target.cue(this.#cue);
    this.#cue = undefined;
  }

  /** A line that named no cue. The numbers of cues are no loss. */
  #forget(): void {
    const name = this.#name;
    if (name && !/^\s*\d{1,9}\s*$/u.test(name.line)) this.#target.stray(name.line, name.where);
    this.#name = undefined;
  }
}

/** Stream time of the first of two times, in ms. */
function beginOf(line: string, arrow: RegExp): number | undefined {
  const found = findTime(line.trimStart());
  if (!found || (found.time.kind !== 'clock' && found.time.kind !== 'stream')) return undefined;
  const rest = line.trimStart().slice(found.end);
  const between = arrow.exec(rest)?.[0];
  const until = between === undefined ? undefined : findTime(rest, between.length);
  // Settings of the cue may follow after a space.
  return until && /^(?:\s|$)/u.test(rest.slice(until.end)) ? found.time.ms : undefined;
}
