import { ImportError } from '../import-error.ts';

/** Longest single element or kept value. A comment of Twitch has some 2,000 characters. */
const JSON_PART_MAX_LENGTH = 1_048_576;
const DEPTH_MAX = 128;

/** The wanted parts of a JSON text. All other parts are skipped and not kept in memory. */
export interface JsonWanted {
  /** the list whose elements are wanted: a member of the root object, or null when the root is the list */
  readonly list: string | null;
  /** members of the root object to hand out whole */
  readonly members: readonly string[];
  /** members of the root object that are entered: the wanted list is a member of one of them */
  readonly within?: readonly string[];
  /** true: elements that are too long are skipped; else they are an error */
  readonly skipsLong?: boolean;
  /** longest kept value, in characters; a million unless told */
  readonly maxLength?: number;
  /** name of an element in sentences, e.g. "comment" */
  readonly elementName: string;
}

export type JsonPart =
  | { readonly kind: 'list' }
  | { readonly kind: 'element'; readonly index: number; readonly value: unknown }
  | { readonly kind: 'broken'; readonly index: number }
  | { readonly kind: 'member'; readonly name: string; readonly value: unknown };

type Mode = 'plain' | 'string' | 'escape' | 'slash' | 'line-comment' | 'block-comment' | 'block-star';
/** Position of the scanner: before the root, in its members, in the wanted list, behind the root. */
type Place = 'before' | 'members' | 'list' | 'after';
/** The kind of part that is being read. */
type Unit = 'none' | 'key' | 'member' | 'element' | 'skip';

// oxlint-disable no-magic-numbers -- each code has its name on the left
const [QUOTE, ESCAPE, SLASH, STAR, LF] = [0x22, 0x5c, 0x2f, 0x2a, 0x0a];
const [SPACE, TAB, CR, BOM] = [0x20, 0x09, 0x0d, 0xfeff];
const [OPEN_LIST, CLOSE_LIST, OPEN_OBJECT, CLOSE_OBJECT, COMMA, COLON] = [0x5b, 0x5d, 0x7b, 0x7d, 0x2c, 0x3a];
// oxlint-enable no-magic-numbers
const isSpace = (code: number) => code === SPACE || code === LF || code === CR || code === TAB || code === BOM;

/**
 * Reads JSON of any length in pieces and yields the elements of one list. A file with gigabytes of embedded pictures
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
  /** number of open brackets around the members that are read: 1, or 2 in an entered object */
  #base = 1;
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
    if (this.#place === 'after' && this.#mode === 'plain') return;
    const inside = this.#place === 'list' ? `${this.#wanted.elementName} ${this.#index + 1}` : 'an object';
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
    else if (code === COLON && this.#unit === 'key' && this.#open.length === this.#base) this.#endKey(at);
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
        if (this.#isAtUnitLevel()) return at + 1;
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
    const isWantedList = code === OPEN_LIST && this.#unit === 'none' && this.#isWantedList();
    if (isWantedList) {
      this.#place = 'list';
      this.#found.push({ kind: 'list' });
    } else if (this.#place === 'before') {
      if (code === OPEN_LIST) throw new ImportError(otherList(this.#wanted));
      this.#place = 'members';
    } else if (code === OPEN_OBJECT && this.#isEntered()) {
      this.#base = 2;
      this.#isValueNext = false;
    } else this.#significant(at);
    this.#descend(at, code);
  }

  #descend(at: number, code: number): void {
    this.#open.push(code);
    if (this.#open.length > DEPTH_MAX) throw this.#error(at, `is nested deeper than ${DEPTH_MAX} levels`);
  }

  #isEntered(): boolean {
    const isValue = this.#place === 'members' && this.#unit === 'none' && this.#isValueNext && this.#base === 1;
    return isValue && this.#wanted.within?.includes(this.#key) === true;
  }

  #isWantedList(): boolean {
    const { list, within } = this.#wanted;
    if (this.#place === 'before') return list === null;
    if (within && this.#base === 1) return false;
    return this.#place === 'members' && this.#isValueNext && this.#key === list;
  }

  #closeAt(at: number, code: number): void {
    const opened = this.#open.at(-1);
    if (opened !== (code === CLOSE_LIST ? OPEN_LIST : OPEN_OBJECT))
      throw this.#error(at, 'is a bracket that closes nothing');
    if (this.#isAtUnitLevel()) {
      this.#endUnit(at);
      this.#open.pop();
      if (this.#place === 'members') this.#base = 1;
      this.#place = this.#open.length === 0 ? 'after' : 'members';
      return;
    }
    this.#open.pop();
  }

  #commaAt(at: number): void {
    if (this.#isAtUnitLevel()) {
      this.#endUnit(at);
      this.#isValueNext = false;
    } else if (this.#place === 'before' || this.#place === 'after')
      throw this.#error(at, 'is a comma outside of the object');
  }

  #isAtUnitLevel(): boolean {
    const isRootList = this.#wanted.list === null;
    if (this.#place === 'list') return this.#open.length === (isRootList ? 1 : this.#base + 1);
    return this.#place === 'members' && this.#open.length === this.#base;
  }

  /** Any character that is not space, comment, comma or closing bracket. */
  #significant(at: number): void {
    if (this.#place === 'before') throw this.#error(at, 'is neither { nor [, so this is no JSON object');
    if (this.#place === 'after') {
      throw new ImportError(
        `More follows the end of the JSON (${this.#placeOf(at)}): the file must hold one object or list`,
      );
    }
    if (this.#unit === 'none') this.#beginUnit(at);
  }

  #beginUnit(at: number): void {
    if (this.#place === 'list') this.#unit = 'element';
    else if (!this.#isValueNext) this.#unit = 'key';
    else this.#unit = this.#wanted.members.includes(this.#key) ? 'member' : 'skip';
    if (this.#unit === 'skip') return;
    this.#parts = [];
    this.#length = 0;
    this.#from = at;
  }

  #endKey(at: number): void {
    const key = parse(this.#takeText(at));
    if (typeof key?.value !== 'string') throw this.#error(at, 'does not follow the name of a member');
    this.#key = key.value;
    this.#isValueNext = true;
  }

  #endUnit(at: number): void {
    const unit = this.#unit;
    const parsed = parse(this.#takeText(at));
    if (unit === 'key') throw this.#error(at, 'ends a member that has no value');
    if (unit === 'element') {
      const index = this.#index;
      this.#index += 1;
      this.#found.push(parsed ? { kind: 'element', index, value: parsed.value } : { kind: 'broken', index });
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
    if (this.#length > (this.#wanted.maxLength ?? JSON_PART_MAX_LENGTH)) this.#tooLong();
  }

  #tooLong(): void {
    const isPassedOver = this.#unit === 'element' && this.#wanted.skipsLong === true;
    if (this.#unit !== 'member' && !isPassedOver) {
      const what = this.#unit === 'element' ? `${this.#wanted.elementName} ${this.#index + 1}` : 'A name';
      throw new ImportError(
        `${capital(what)} is longer than a million characters: the file is damaged or not a chat log`,
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

function parse(text: string): { value: unknown } | undefined {
  return parseStrictly(text) ?? parseStrictly(withoutTrailingCommas(text));
}

function parseStrictly(text: string): { value: unknown } | undefined {
  try {
    return { value: JSON.parse(text) };
  } catch {
    return undefined;
  }
}

/** The expression matches strings first, so that commas inside of strings stay. */
function withoutTrailingCommas(text: string): string {
  return text.replaceAll(/"(?:[^"\\]|\\.)*"|,\s*(?=[}\]])/gs, (part) => (part.startsWith('"') ? part : ''));
}

function otherList(wanted: JsonWanted): string {
  return `The JSON is a list, not an object with "${wanted.list}": another tool wrote it, and its format is not read`;
}

function capital(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}
