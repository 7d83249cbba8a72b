import type { ChatMessage } from '../chat.ts';
import type { ChatReader, FileHead, ImportFormat, ImportInput } from '../format.ts';
import { ImportError, excerpt } from '../import-error.ts';
import { type Fields, fieldsOf } from '../records/json-fields.ts';
import { JsonScanner } from '../records/json-scanner.ts';
import { lineReader } from '../records/lines.ts';
import { type Items, findItems } from './find-items.ts';
import { parseLine } from './head-values.ts';
import { HeldItems, checkHeldLength, isNewestFirst } from './held-items.ts';

/** Reads the items of one file, in the order of time. */
export interface ItemReader {
  /** @param where "comment 17", for the notes */
  item(value: unknown, where: string, out: ChatMessage[]): void;
  /** a wanted member of the root object, for example facts about the broadcast */
  member?(name: string, fields: Fields): void;
  /** The time of an item in ms, by any clock: files with the newest item first are turned round by it. */
  timeOf?(value: unknown): number | undefined;
  /** called after the last item */
  end?(out: ChatMessage[]): void;
}

/** A JSON format, known by one of its items. How the items are put into the file is found out. */
export interface ItemFormat {
  readonly name: string;
  readonly title: string;
  /** an item in sentences, e.g. "comment" */
  readonly itemName: string;
  /** 1 unless told */
  readonly sureness?: number;
  /** members of the root object that the reader wants to know */
  readonly members?: readonly string[];
  /** longest item, in characters; a million unless told */
  readonly maxLength?: number;
  /** Whether a value is an item of this format. It must not be true of an object that has the items inside. */
  isItem(value: unknown): boolean;
  /** false when the file is of another format although it has such items */
  isFile?(head: FileHead, items: Items): boolean;
  /** why a file with such items is not one log, as a sentence */
  refusalOf?(head: FileHead, items: Items): string | undefined;
  /** where the items are, for a file whose head does not tell */
  fallback?(head: FileHead): readonly string[] | undefined;
  /** @param samples the items in the head */
  open(input: ImportInput, samples: readonly unknown[]): ItemReader;
}

export function itemFormat(format: ItemFormat): ImportFormat {
  const findIn = (head: FileHead): Items | undefined => {
    const found = findItems(head.json, (value) => format.isItem(value));
    if (found) return format.isFile?.(head, found) === false ? undefined : found;
    const path = format.fallback?.(head);
    return path && { path, samples: [] };
  };
  // A format is recognised and then opened with the same head.
  const known = new WeakMap<FileHead, { items: Items | undefined }>();
  const itemsIn = (head: FileHead) => {
    const entry = known.get(head) ?? { items: findIn(head) };
    known.set(head, entry);
    return entry.items;
  };
  return {
    name: format.name,
    title: format.title,
    recognise: (head) => (itemsIn(head) ? (format.sureness ?? 1) : 0),
    open(input) {
      const items = itemsIn(input.head) ?? { path: [], samples: [] };
      const refusal = format.refusalOf?.(input.head, items);
      if (refusal !== undefined) throw new ImportError(refusal);
      const opened = format.open(input, items.samples);
      const reader = inOrder(opened, items, input);
      const chat = isLines(input.head, items)
        ? lines(format, reader, items, input)
        : scan(format, reader, items, input);
      return reader === opened ? chat : bounded(chat);
    },
  };
}

/** JSON lines go on behind a broken line, so they are read as lines. Any other dress is read by its brackets. */
function isLines({ lines: [first = '', second] }: FileHead, { path }: Items): boolean {
  if (!first.startsWith('{')) return false;
  if (!parseLine(first)) return path.length === 0 && first.trimEnd().endsWith('}');
  return path.length === 0 || second !== undefined;
}

/** Holds the items of a file that has the newest one first, and passes on all others. */
function inOrder(reader: ItemReader, { samples }: Items, { notes }: ImportInput): ItemReader {
  const timeOf = reader.timeOf?.bind(reader);
  if (!timeOf || !isNewestFirst(samples.map(timeOf))) return reader;
  notes.tell('the file has the newest message first, and it was turned round');
  const held = new HeldItems(timeOf);
  return {
    member: (name, fields) => reader.member?.(name, fields),
    item: (value, where) => held.add(value, where),
    end(out) {
      held.giveOut((value, where) => reader.item(value, where, out));
      reader.end?.(out);
    },
  };
}

/** All items of the file are kept, so the file must not be too long. */
function bounded(chat: ChatReader): ChatReader {
  let length = 0;
  return {
    push(piece, out) {
      length += piece.length;
      checkHeldLength(length);
      chat.push(piece, out);
    },
    end: (out) => chat.end(out),
  };
}

function lines(format: ItemFormat, reader: ItemReader, { path }: Items, { notes }: ImportInput): ChatReader {
  return lineReader(
    (line, where, out) => {
      const parsed = parseLine(line);
      if (!parsed) {
        // An object ends with a bracket; a line without it was cut off.
        notes.skip(where, /[}\]]\s*$/u.test(line) ? 'it is not valid JSON' : 'it is cut off, so it is not valid JSON');
        return;
      }
      // The usual dress: a line is an item.
      if (path.length === 0 && format.members === undefined && !Array.isArray(parsed.value)) {
        reader.item(parsed.value, where, out);
        return;
      }
      const fields = fieldsOf(parsed.value);
      for (const name of format.members ?? []) if (name in fields) reader.member?.(name, fieldsOf(fields[name]));
      spread(parsed.value, path, { where, name: format.itemName, notes, reader, out });
    },
    (out) => reader.end?.(out),
  );
}

function scan(format: ItemFormat, reader: ItemReader, { path }: Items, { notes }: ImportInput): ChatReader {
  const name = format.itemName;
  const maxLength = format.maxLength;
  const scanner = new JsonScanner({
    path,
    members: format.members ?? [],
    elementName: name,
    ...(maxLength === undefined ? {} : { maxLength }),
  });
  return {
    push(piece, out) {
      for (const part of scanner.push(piece)) {
        if (part.kind === 'element') {
          const where = `${name} ${part.index + 1}`;
          if (part.steps === path.length && !Array.isArray(part.value)) reader.item(part.value, where, out);
          else {
            const page = `part ${part.index + 1}`;
            spread(part.value, path.slice(part.steps), { where: page, name, notes, reader, out });
          }
        } else if (part.kind === 'member') reader.member?.(part.name, fieldsOf(part.value));
        else if (part.kind === 'broken') notes.skip(`${name} ${part.index + 1}`, 'it is not valid JSON');
      }
    },
    end(out) {
      scanner.end();
      reader.end?.(out);
    },
  };
}

interface Spreading {
  readonly where: string;
  readonly name: string;
  readonly notes: ImportInput['notes'];
  readonly reader: ItemReader;
  readonly out: ChatMessage[];
}

/** Takes the items at the end of the path; lists on the way are entered. */
function spread(value: unknown, path: readonly string[], spreading: Spreading): void {
  const { where, name, notes, reader, out } = spreading;
  if (Array.isArray(value)) {
    value.forEach((one, index) => spread(one, path, { ...spreading, where: `${name} ${index + 1} of ${where}` }));
    return;
  }
  const [step, ...rest] = path;
  const fields = fieldsOf(value);
  if (step === undefined) reader.item(value, where, out);
  else if (step in fields) spread(fields[step], rest, spreading);
  else notes.skip(where, `it has no list "${excerpt(path.join('.'))}"`);
}
