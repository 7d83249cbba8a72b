import { parseJson } from '../records/json-scanner.ts';

/** So many values are enough to know a format. */
const VALUES_MAX = 400;
const TOKEN = /"(?:[^"\\]|\\.)*"|\/\/[^\n]*|\/\*[\s\S]*?\*\/|[[\]{},"]|[^[\]{},"\s/]+|\//gu;

/**
 * The JSON values that a text begins with: one, or several one after another. The last one may be cut off; then its
 * complete parts count. A line that is no JSON is passed over, as the reader of lines does it.
 */
export function valuesOfHead(text: string): unknown[] {
  if (!/^(?:[[{]|\/[/*])/u.test(text)) return [];
  return valuesOfLines(text) ?? valuesOfText(text);
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

function valuesOfText(text: string): unknown[] {
  const values: unknown[] = [];
  let root = new OpenRoot();
  for (const [token] of text.matchAll(TOKEN)) {
    const isComment = token.startsWith('/');
    const isBetweenRoots = root.isEmpty && token === ',';
    if (isComment || isBetweenRoots) continue;
    if (!root.take(token) || values.length >= VALUES_MAX) break;
    if (!root.isComplete) continue;
    const parsed = root.parse();
    if (!parsed) return values;
    values.push(parsed.value);
    root = new OpenRoot();
  }
  const last = root.isEmpty ? undefined : root.parse();
  return last ? [...values, last.value] : values;
}

/** A value that may be cut off. It is cut again behind its last complete part, and its brackets are closed. */
class OpenRoot {
  #text = '';
  /** closing brackets of all that is open */
  #closing = '';
  #cut = { end: 0, closing: '' };

  get isEmpty(): boolean {
    return this.#text === '';
  }

  get isComplete(): boolean {
    return this.#text !== '' && this.#closing === '';
  }

  /** False when the token cannot stand here, or is a string without its end. */
  take(token: string): boolean {
    const isOpening = token === '[' || token === '{';
    const isClosing = token === ']' || token === '}';
    if (token === '"' || (this.isEmpty && !isOpening) || (isClosing && !this.#closing.startsWith(token))) return false;
    if (token === ',') this.#mark();
    this.#text += `${token} `;
    if (isClosing) this.#closing = this.#closing.slice(1);
    if (isOpening) {
      this.#closing = `${token === '[' ? ']' : '}'}${this.#closing}`;
      this.#mark();
    }
    return true;
  }

  parse(): { value: unknown } | undefined {
    const { end, closing } = this.#cut;
    return parseJson(this.isComplete ? this.#text : this.#text.slice(0, end) + closing);
  }

  #mark(): void {
    this.#cut = { end: this.#text.length, closing: this.#closing };
  }
}
