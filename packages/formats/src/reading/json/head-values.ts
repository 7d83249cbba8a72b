import { parseJson } from '../records/parse-json.ts';

/** White space between two values. */
const GAP_MAX = 256;
/** So many values are enough to know a format. */
const VALUES_MAX = 400;
/** Comments, and strings, in which no comment begins. */
const COMMENT_OR_STRING = /"(?:[^"\\]|\\.)*"|\/\/[^\n]*|\/\*[\s\S]*?\*\//gu;
// oxlint-disable no-magic-numbers -- each code has its name on the left
const [QUOTE, ESCAPE, SLASH, COMMA] = [0x22, 0x5c, 0x2f, 0x2c];
const [OPEN_LIST, CLOSE_LIST, OPEN_OBJECT, CLOSE_OBJECT] = [0x5b, 0x5d, 0x7b, 0x7d];
// oxlint-enable no-magic-numbers

/**
 * The JSON values that a text begins with: one, or several one after another. The last one may be cut off; then its
 * complete parts count. A line that is no JSON is passed over, as the reader of lines does it.
 */
export function valuesOfHead(text: string): unknown[] {
  if (!/^(?:[[{]|\/[/*])/u.test(text)) return [];
  return valuesOfLines(text) ?? valuesOfText(text.startsWith('/') ? withoutComments(text) : text);
}

/** For JSON lines: undefined when the first lines are no values by themselves. */
function valuesOfLines(text: string): unknown[] | undefined {
  const lines = text.split('\n', VALUES_MAX).filter((line) => line.trim() !== '');
  if (lines.length < 2) return undefined;
  const values = lines.map((line) => parseLine(line)?.value).filter((value) => value !== undefined);
  return values.length * 2 >= lines.length && values.every(isObject) ? values : undefined;
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The value of a line of JSON lines. A list that lost its brackets has a comma behind each value. */
export function parseLine(line: string): { value: unknown } | undefined {
  try {
    return { value: JSON.parse(line) };
  } catch {
    return /^\s*\{.*\}\s*,\s*$/su.test(line) ? parseJson(line.replace(/,\s*$/u, '')) : undefined;
  }
}

function valuesOfText(text: string, mayHaveComments = true): unknown[] {
  const values: unknown[] = [];
  let at = 0;
  while (values.length < VALUES_MAX) {
    at = startOfRoot(text, at);
    if (at === -1) break;
    const root = new OpenRoot(text, at);
    if (root.hasComment && mayHaveComments) return valuesOfText(withoutComments(text), false);
    const parsed = root.parse();
    if (parsed) values.push(parsed.value);
    if (!parsed || !root.isComplete) break;
    at = root.end;
  }
  return values;
}

/** Position of the next list or object; between two of them only white space and commas may stand. */
function startOfRoot(text: string, from: number): number {
  const match = /[^\s,]/u.exec(text.slice(from, from + GAP_MAX));
  const at = match ? from + match.index : -1;
  return at !== -1 && (text[at] === '[' || text[at] === '{') ? at : -1;
}

/** A space in its place keeps what stands around a comment apart. A comment that is cut off ends the text. */
function withoutComments(text: string): string {
  return text.replaceAll(COMMENT_OR_STRING, (part) => (part.startsWith('"') ? part : ' '));
}

/** A value that may be cut off. It is cut again behind its last complete part, and its brackets are closed. */
class OpenRoot {
  readonly #text: string;
  readonly #start: number;
  /** position behind the value, or where it cannot go on */
  end: number;
  hasComment = false;
  /** brackets that are open */
  readonly #open: number[] = [];
  #cut = 0;
  #openAtCut: readonly number[] = [];

  constructor(text: string, start: number) {
    this.#text = text;
    this.#start = start;
    this.end = start;
    while (this.end < text.length && this.#step()) if (this.isComplete) break;
  }

  get isComplete(): boolean {
    return this.end > this.#start && this.#open.length === 0;
  }

  parse(): { value: unknown } | undefined {
    if (this.isComplete) return parseJson(this.#text.slice(this.#start, this.end));
    const closing = this.#openAtCut.map((code) => (code === OPEN_LIST ? ']' : '}')).toReversed();
    return parseJson(this.#text.slice(this.#start, this.#cut) + closing.join(''));
  }

  /** False where the value cannot go on, as in a string without its end. */
  #step(): boolean {
    const code = this.#text.charCodeAt(this.end);
    if (code === QUOTE) return this.#passString();
    if (code === SLASH) this.hasComment = true;
    if (code === COMMA) this.#mark(this.end);
    else if (code === OPEN_LIST || code === OPEN_OBJECT) {
      this.#open.push(code);
      this.#mark(this.end + 1);
    } else if (code === CLOSE_LIST || code === CLOSE_OBJECT) {
      if (this.#open.pop() !== (code === CLOSE_LIST ? OPEN_LIST : OPEN_OBJECT)) return false;
    }
    this.end += 1;
    return code !== SLASH;
  }

  #passString(): boolean {
    const text = this.#text;
    let end = text.indexOf('"', this.end + 1);
    while (end !== -1 && isEscaped(text, end)) end = text.indexOf('"', end + 1);
    if (end !== -1) this.end = end + 1;
    return end !== -1;
  }

  #mark(at: number): void {
    this.#cut = at;
    this.#openAtCut = this.#open.slice();
  }
}

function isEscaped(text: string, at: number): boolean {
  let from = at;
  while (text.charCodeAt(from - 1) === ESCAPE) from -= 1;
  return (at - from) % 2 === 1;
}
