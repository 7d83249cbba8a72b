import { SaxesParser, type SaxesTagPlain } from 'saxes';
import type { ChatMessage } from '../chat.ts';
import type { ChatReader } from '../format.ts';
import { ImportError, excerpt } from '../import-error.ts';
import type { ImportNotes } from '../import-notes.ts';

/** An element whose end was read. */
export interface XmlElement {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  /** the characters directly inside of the element */
  readonly text: string;
  /** texts of the elements inside of it that have no elements inside, by name; at most 32 */
  readonly children: ReadonlyMap<string, string>;
}

type TakeElement = (element: XmlElement, where: string) => void;

interface OpenElement {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly line: number;
  text: string;
  hasElements: boolean;
  readonly children: Map<string, string>;
}

const CHILDREN_MAX = 32;
const DEPTH_MAX = 64;
/** A message is shorter. Without a limit, a file without tags would fill the memory. */
const TEXT_MAX_LENGTH = 1_048_576;

/**
 * Cuts XML that comes in pieces into its elements. Entities that a DTD declares are not expanded. A place that is not
 * well-formed is skipped and counted.
 */
class XmlElements {
  readonly #parser = new SaxesParser({ xmlns: false, position: true });
  readonly #notes: ImportNotes | undefined;
  readonly #take: TakeElement;
  readonly #open: OpenElement[] = [];
  #unfinished = 0;
  #isEnding = false;
  #isCut = false;

  constructor(take: TakeElement, notes?: ImportNotes) {
    this.#take = take;
    this.#notes = notes;
    const parser = this.#parser;
    parser.on('opentag', (tag: SaxesTagPlain) => this.#begin(tag));
    parser.on('closetag', () => this.#close());
    parser.on('text', (text) => this.#addText(text));
    parser.on('cdata', (text) => this.#addText(text));
    parser.on('error', (error) => this.#fail(error.message));
  }

  /** @throws ImportError for a text or tag over a million characters, and for elements nested too deeply */
  push(piece: string): void {
    this.#unfinished += piece.length;
    this.#parser.write(piece);
    if (this.#unfinished > TEXT_MAX_LENGTH * 2) throw this.#tooLong();
  }

  /** Called after the last piece. A file that was cut off is noted. */
  end(): void {
    this.#isEnding = true;
    this.#parser.close();
  }

  #begin({ name, attributes }: SaxesTagPlain): void {
    this.#unfinished = 0;
    const parent = this.#open.at(-1);
    if (parent) parent.hasElements = true;
    if (this.#open.length >= DEPTH_MAX)
      throw new ImportError(`${this.#where()} is inside of more than ${DEPTH_MAX} elements: no chat log is so deep`);
    this.#open.push({ name, attributes, line: this.#parser.line, text: '', hasElements: false, children: new Map() });
  }

  #close(): void {
    this.#unfinished = 0;
    const element = this.#open.pop();
    if (!element) return;
    const parent = this.#open.at(-1);
    const isLeaf = !element.hasElements;
    if (isLeaf && parent && parent.children.size < CHILDREN_MAX && !parent.children.has(element.name)) {
      parent.children.set(element.name, element.text);
    }
    if (!this.#isEnding) this.#take(element, `line ${element.line}`);
  }

  #addText(text: string): void {
    this.#unfinished = 0;
    const element = this.#open.at(-1);
    if (!element) return;
    if (element.text.length + text.length > TEXT_MAX_LENGTH) throw this.#tooLong();
    // Between elements stand line breaks only, so their text would grow with the file.
    if (!element.hasElements || text.trim() !== '') element.text += text;
  }

  #fail(message: string): void {
    // One end may leave several elements open.
    if (this.#isEnding && this.#isCut) return;
    this.#isCut = this.#isEnding;
    const reason = this.#isEnding
      ? 'the XML ends in the middle of an element: the file was cut off'
      : `it is not well-formed XML (${excerpt(message.replace(/^[\d:]+ /u, ''))})`;
    this.#notes?.skip(this.#where().toLowerCase(), reason);
  }

  #tooLong(): ImportError {
    return new ImportError(
      `${this.#where()} has a text or tag of over a million characters: a chat log has short messages`,
    );
  }

  #where(): string {
    return `Line ${this.#parser.line}`;
  }
}

/** The elements with which a file begins; the last one may be cut off. */
export function firstElements(text: string): XmlElement[] {
  const found: XmlElement[] = [];
  try {
    const elements = new XmlElements((element) => found.push(element));
    elements.push(text);
  } catch (error) {
    // What is wrong is reported when the file is read.
    if (!(error instanceof ImportError)) throw error;
  }
  return found;
}

/** A reader of a file's elements. @param end called after the last element, for messages that were held back */
export function elementReader(
  notes: ImportNotes,
  take: (element: XmlElement, where: string, out: ChatMessage[]) => void,
  end: (out: ChatMessage[]) => void = () => {},
): ChatReader {
  let out: ChatMessage[] = [];
  const elements = new XmlElements((element, where) => take(element, where, out), notes);
  return {
    push(piece, into) {
      out = into;
      elements.push(piece);
    },
    end(into) {
      out = into;
      elements.end();
      end(into);
    },
  };
}
