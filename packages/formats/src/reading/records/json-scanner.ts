import { ImportError } from '../import-error.ts';
import { parseJson } from './parse-json.ts';

/** Longest single element or kept value. A comment of Twitch has some 2,000 characters. */
const JSON_PART_MAX_LENGTH = 1_048_576;
/** Longest element that holds a list of its own: an answer of an API with hundreds of comments. */
export const JSON_PAGE_MAX_LENGTH = 33_554_432;
const DEPTH_MAX = 128;

/** The wanted parts of a JSON text. All other parts are skipped and not kept in memory. */
export interface JsonWanted {
  /**
   * Members that lead from a root object to the wanted list; a step may have several names. Empty: a root object is an
   * element itself. The elements of a root list are wanted in any case.
   */
  readonly path: readonly (string | readonly string[])[];
  /** members of the root object to hand out whole */
  readonly members: readonly string[];
  /** true: elements that are too long are skipped; else they are an error */
  readonly skipsLong?: boolean;
  /** longest kept value, in characters; a million unless told */
  readonly maxLength?: number;
  /** name of an element in sentences, e.g. "comment" */
  readonly elementName: string;
}

export type JsonPart =
  | { readonly kind: 'list' }
  /** `steps` of the path were taken; an element that holds lists of its own has the rest of the path inside */
  | { readonly kind: 'element'; readonly index: number; readonly value: unknown; readonly steps: number }
  | { readonly kind: 'broken'; readonly index: number }
  | { readonly kind: 'member'; readonly name: string; readonly value: unknown };

type Mode = 'plain' | 'string' | 'escape' | 'slash' | 'line-comment' | 'block-comment' | 'block-star';
/** Position of the scanner: before a root, in the members of an object, in the wanted list, in a root, behind a root. */
type Place = 'before' | 'members' | 'list' | 'root' | 'after';
/** The kind of part that is being read. */
type Unit = 'none' | 'key' | 'member' | 'element' | 'skip';

// oxlint-disable no-magic-numbers -- each code has its name on the left
const [QUOTE, ESCAPE, SLASH, STAR, LF] = [0x22, 0x5c, 0x2f, 0x2a, 0x0a];
const [SPACE, TAB, CR, BOM] = [0x20, 0x09, 0x0d, 0xfeff];
const [OPEN_LIST, CLOSE_LIST, OPEN_OBJECT, CLOSE_OBJECT, COMMA, COLON] = [0x5b, 0x5d, 0x7b, 0x7d, 0x2c, 0x3a];
// oxlint-enable no-magic-numbers
const isSpace = (code: number) => code === SPACE || code === LF || code === CR || code === TAB || code === BOM;

/**
 * Reads JSON of any length in pieces and yields the elements of one list, or of several: roots may follow one another, as
 * in joined files and in pretty-printed JSON lines. A file with gigabytes of embedded pictures
 * costs no more memory than its largest comment. Comments and trailing commas are tolerated, as TwitchDownloader's own
 * reader does: comments are not captured, and a part that does not parse is tried without trailing commas.
 */
export class JsonScanner {
  readonly #wanted: JsonWanted;
  #mode: Mode = 'plain';
  #place: Place = 'before';
  #unit: Unit = 'none';
  #isValueNext = false;
  #key = '';
  readonly #open: number[] = [];
  /** number of open brackets around the parts that are read: members of an object, elements of the list, or a root */
  #level = 0;
  /** steps of the path that were taken */
  #steps = 0;
  #index = 0;
  /** characters and line breaks of the pieces before this one */
  #before = 0;
  #linesBefore = 0;
  #chunk = '';
  /** pieces of the captured unit; undefined while nothing is captured */
  #parts: string[] | undefined;
  #length = 0;
  /** position in the chunk from which characters are captured; -1 while nothing is captured */
  #from = -1;
  #found: JsonPart[] = [];

  constructor(wanted: JsonWanted) {
    this.#wanted = wanted;
  }

  /** Yields the parts that end in this piece. @throws ImportError */
  *push(chunk: string): Generator<JsonPart, void> {
    this.#chunk = chunk;
    if (this.#parts && !this.#isInComment()) this.#from = 0;
    let at = 0;
    while (at < chunk.length) {
      at = this.#step(at);
      if (this.#found.length > 0) yield* this.#found.splice(0);
    }
    this.#flush(chunk.length);
    this.#before += chunk.length;
    this.#linesBefore += countLines(chunk, chunk.length);
  }

  /** Called after the last piece. @throws ImportError when the text is not complete */
  end(): void {
    // A comment may be the last line.
    if (this.#place === 'after' && (this.#mode === 'plain' || this.#mode === 'line-comment')) return;
    const isElement = this.#place === 'list' || this.#place === 'root';
    const inside = isElement ? `${this.#wanted.elementName} ${this.#index + 1}` : 'an object';
    throw new ImportError(
      `The JSON ends in the middle of ${inside} (after ${this.#before} characters): the file was cut off, fetch it again`,
    );
  }

  #step(at: number): number {
    if (this.#mode === 'plain') {
      const isInside = this.#unit !== 'none' && !this.#isAtUnitLevel();
      return isInside ? this.#inside(at) : this.#plain(at, this.#chunk.charCodeAt(at));
    }
    if (this.#mode === 'string') return this.#inString(at);
    if (this.#mode === 'escape') this.#mode = 'string';
    else this.#inComment(at, this.#chunk.charCodeAt(at));
    return at + 1;
  }

  #plain(at: number, code: number): number {
    if (isSpace(code)) return at + 1;
    if (code === SLASH) this.#startComment(at);
    else if (code === OPEN_LIST || code === OPEN_OBJECT) this.#openAt(at, code);
    else if (code === CLOSE_LIST || code === CLOSE_OBJECT) this.#closeAt(at, code);
    else if (code === COMMA) this.#commaAt(at);
    else if (code === COLON && this.#unit === 'key' && this.#isAtUnitLevel()) this.#endKey(at);
    else {
      this.#significant(at);
      if (code === QUOTE) this.#mode = 'string';
    }
    return at + 1;
  }

  /** Inside of a unit only strings, comments and brackets matter, so the search jumps over all other characters. */
  #inside(start: number): number {
    const chunk = this.#chunk;
    for (let at = start; at < chunk.length; at += 1) {
      const code = chunk.charCodeAt(at);
      if (code === QUOTE) {
        this.#mode = 'string';
        const end = this.#inString(at + 1);
        if (this.#isInString()) return end;
        at = end - 1;
      } else if (code === OPEN_OBJECT || code === OPEN_LIST) this.#descend(at, code);
      else if (code === CLOSE_OBJECT || code === CLOSE_LIST) {
        this.#closeAt(at, code);
        if (this.#isAtUnitLevel() || this.#open.length === 0) return at + 1;
      } else if (code === SLASH) {
        this.#startComment(at);
        return at + 1;
      }
    }
    return chunk.length;
  }

  /** Finds the end of a string that began before `start`. Strings can be long: a picture is megabytes of base64. */
  #inString(start: number): number {
    const chunk = this.#chunk;
    let from = start;
    for (;;) {
      const end = chunk.indexOf('"', from);
      const isEscaped = countEscapes(chunk, from, end === -1 ? chunk.length : end) % 2 === 1;
      if (end === -1) {
        if (isEscaped) this.#mode = 'escape';
        return chunk.length;
      }
      from = end + 1;
      if (!isEscaped) break;
    }
    this.#mode = 'plain';
    return from;
  }

  #startComment(at: number): void {
    this.#flush(at);
    // A space in its place keeps `1/**/2` from becoming 12.
    this.#parts?.push(' ');
    this.#mode = 'slash';
  }

  #inComment(at: number, code: number): void {
    if (this.#mode === 'slash') {
      if (code !== SLASH && code !== STAR) throw this.#error(at, 'is a "/" that begins no comment');
      this.#mode = code === STAR ? 'block-comment' : 'line-comment';
    } else if (this.#mode === 'line-comment') {
      if (code === LF) this.#endComment(at);
    } else if (this.#mode === 'block-star' && code === SLASH) this.#endComment(at);
    else this.#mode = code === STAR ? 'block-star' : 'block-comment';
  }

  #endComment(at: number): void {
    this.#mode = 'plain';
    if (this.#parts) this.#from = at + 1;
  }

  #isInString(): boolean {
    return this.#mode === 'string' || this.#mode === 'escape';
  }

  #isInComment(): boolean {
    return this.#mode !== 'plain' && !this.#isInString();
  }

  #openAt(at: number, code: number): void {
    if (this.#open.length === 0) this.#openRoot(at, code);
    else if (this.#isOnPath()) this.#follow(at, code);
    else this.#significant(at);
    this.#descend(at, code);
  }

  #openRoot(at: number, code: number): void {
    this.#level = 1;
    this.#steps = 0;
    this.#isValueNext = false;
    if (code === OPEN_LIST) this.#enterList();
    else if (this.#wanted.path.length > 0) this.#place = 'members';
    else {
      this.#place = 'root';
      this.#level = 0;
      this.#beginUnit(at);
    }
  }

  /** The value at the next step of the path: the wanted list, an object that leads to it, or the only element. */
  #follow(at: number, code: number): void {
    if (code === OPEN_OBJECT && this.#steps + 1 === this.#wanted.path.length) {
      this.#capture('element', at);
      return;
    }
    this.#steps += 1;
    this.#level += 1;
    this.#isValueNext = false;
    if (code === OPEN_LIST) this.#enterList();
  }

  #enterList(): void {
    this.#place = 'list';
    this.#found.push({ kind: 'list' });
  }

  #descend(at: number, code: number): void {
    this.#open.push(code);
    if (this.#open.length > DEPTH_MAX) throw this.#error(at, `is nested deeper than ${DEPTH_MAX} levels`);
  }

  #isOnPath(): boolean {
    if (this.#place !== 'members' || this.#unit !== 'none' || !this.#isValueNext) return false;
    const step = this.#wanted.path[this.#steps];
    return typeof step === 'string' ? step === this.#key : step?.includes(this.#key) === true;
  }

  #closeAt(at: number, code: number): void {
    const opened = this.#open.at(-1);
    if (opened !== (code === CLOSE_LIST ? OPEN_LIST : OPEN_OBJECT))
      throw this.#error(at, 'is a bracket that closes nothing');
    if (this.#place === 'root') {
      this.#open.pop();
      if (this.#open.length > 0) return;
      this.#endUnit(at + 1);
      this.#place = 'after';
      return;
    }
    if (this.#isAtUnitLevel()) {
      this.#endUnit(at);
      this.#leave();
    }
    this.#open.pop();
  }

  /** Goes back to the object around the one or the list that ends. */
  #leave(): void {
    this.#level -= 1;
    this.#steps = Math.max(0, this.#steps - 1);
    this.#place = this.#level === 0 ? 'after' : 'members';
  }

  #commaAt(at: number): void {
    if (this.#place === 'before') throw this.#error(at, 'is a comma outside of the object');
    // Between two roots a comma does no harm: a list lost its brackets.
    if (this.#place === 'after' || !this.#isAtUnitLevel()) return;
    this.#endUnit(at);
    this.#isValueNext = false;
  }

  #isAtUnitLevel(): boolean {
    return this.#open.length === this.#level && this.#level > 0;
  }

  /** Any character that is not space, comment, comma or closing bracket. */
  #significant(at: number): void {
    if (this.#place === 'before') throw this.#error(at, 'is neither { nor [, so this is no JSON object');
    if (this.#place === 'after') {
      throw new ImportError(
        `More follows the end of the JSON (${this.#placeOf(at)}): behind an object or a list only another one may stand`,
      );
    }
    if (this.#unit === 'none') this.#beginUnit(at);
  }

  #beginUnit(at: number): void {
    if (this.#place === 'list' || this.#place === 'root') this.#unit = 'element';
    else if (!this.#isValueNext) this.#unit = 'key';
    else this.#unit = this.#level === 1 && this.#wanted.members.includes(this.#key) ? 'member' : 'skip';
    if (this.#unit !== 'skip') this.#capture(this.#unit, at);
  }

  #capture(unit: Unit, at: number): void {
    this.#unit = unit;
    this.#parts = [];
    this.#length = 0;
    this.#from = at;
  }

  #endKey(at: number): void {
    const key = parseJson(this.#takeText(at));
    if (typeof key?.value !== 'string') throw this.#error(at, 'does not follow the name of a member');
    this.#key = key.value;
    this.#isValueNext = true;
  }

  #endUnit(at: number): void {
    const unit = this.#unit;
    const parsed = parseJson(this.#takeText(at));
    if (unit === 'key') throw this.#error(at, 'ends a member that has no value');
    if (unit === 'element') {
      const index = this.#index;
      this.#index += 1;
      const steps = this.#place === 'members' ? this.#wanted.path.length : this.#steps;
      this.#found.push(parsed ? { kind: 'element', index, value: parsed.value, steps } : { kind: 'broken', index });
    }
    if (unit === 'member' && parsed) this.#found.push({ kind: 'member', name: this.#key, value: parsed.value });
  }

  #takeText(at: number): string {
    this.#flush(at);
    const text = this.#parts?.join('') ?? '';
    this.#parts = undefined;
    this.#unit = 'none';
    return text;
  }

  #flush(at: number): void {
    if (!this.#parts || this.#from < 0) return;
    const part = this.#chunk.slice(this.#from, at);
    this.#from = -1;
    this.#length += part.length;
    this.#parts.push(part);
    if (this.#length > this.#maxLength()) this.#tooLong();
  }

  #maxLength(): number {
    const { maxLength, path } = this.#wanted;
    const isPage = this.#unit === 'element' && this.#steps < path.length;
    return maxLength ?? (isPage ? JSON_PAGE_MAX_LENGTH : JSON_PART_MAX_LENGTH);
  }

  #tooLong(): void {
    const isPassedOver = this.#unit === 'element' && this.#wanted.skipsLong === true;
    if (this.#unit !== 'member' && !isPassedOver) {
      const what = this.#unit === 'element' ? `${this.#wanted.elementName} ${this.#index + 1}` : 'A name';
      throw new ImportError(
        `${capital(what)} is longer than ${this.#maxLength() > JSON_PART_MAX_LENGTH ? '33 million' : 'a million'} characters: the file is damaged or not a chat log`,
      );
    }
    // The member is only shown (title, length), so the import goes on without it.
    this.#parts = undefined;
    this.#unit = 'skip';
  }

  #placeOf(at: number): string {
    const line = this.#linesBefore + countLines(this.#chunk, at) + 1;
    return `at line ${line}, character ${this.#before + at + 1} of the file`;
  }

  #error(at: number, problem: string): ImportError {
    const character = String.fromCodePoint(this.#chunk.codePointAt(at) ?? SPACE);
    const shown = /^[\p{L}\p{N}\p{P}\p{S}]$/u.test(character) ? `"${character}"` : 'What stands';
    return new ImportError(`${shown} ${this.#placeOf(at)} ${problem}: the file is damaged or no JSON`);
  }
}

function countLines(text: string, end: number): number {
  let count = 0;
  for (let at = text.indexOf('\n'); at !== -1 && at < end; at = text.indexOf('\n', at + 1)) count += 1;
  return count;
}

/** Number of backslashes directly before `end`, not counting those before `from`. */
function countEscapes(text: string, from: number, end: number): number {
  let at = end;
  while (at > from && text.charCodeAt(at - 1) === ESCAPE) at -= 1;
  return end - at;
}

function capital(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}
