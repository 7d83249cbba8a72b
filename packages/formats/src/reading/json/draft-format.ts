import type { ChatMessage } from '../chat.ts';
import { type Fields, fieldsOf, numberOf, textOf } from '../records/json-fields.ts';
import { utcOfIso, wallTime } from '../utc.ts';
import { type Draft, Drafts } from './drafts.ts';
import type { FileHead, ImportFormat } from '../format.ts';
import type { Items } from './find-items.ts';
import { itemFormat } from './item-format.ts';

/** What an item means. A removal is not a message; its own time only matters for the order. */
export type Meaning =
  | { readonly kind: 'message'; readonly draft: Draft }
  | {
      readonly kind: 'removal';
      readonly ids?: readonly (string | undefined)[];
      readonly authorId?: string | undefined;
    };

/** A JSON format whose items are objects, one for a message or an event. */
export interface DraftFormat {
  readonly name: string;
  readonly title: string;
  isItem(item: Fields): boolean;
  /** Undefined for an item that is no message, for example one who joins. */
  meaningOf(item: Fields): Meaning | undefined;
  /** why a file with such items is not one log, as a sentence */
  refusalOf?(head: FileHead, items: Items): string | undefined;
  /** the time of an item, ms since 1970 UTC */
  timeOf(item: Fields): number | undefined;
}

export function draftFormat(format: DraftFormat): ImportFormat {
  return itemFormat({
    name: format.name,
    title: format.title,
    itemName: 'message',
    isItem: (value) => format.isItem(fieldsOf(value)),
    ...(format.refusalOf ? { refusalOf: (head, items) => format.refusalOf?.(head, items) } : {}),
    open(input) {
      const drafts = new Drafts(input);
      return {
        item(value: unknown, where: string, out: ChatMessage[]) {
          const meaning = format.meaningOf(fieldsOf(value));
          if (meaning?.kind === 'message') drafts.add(meaning.draft, where, out);
          if (meaning?.kind !== 'removal') return;
          for (const id of meaning.ids ?? []) drafts.remove(id);
          drafts.removeAuthor(meaning.authorId);
        },
        timeOf: (value) => format.timeOf(fieldsOf(value)),
        end: (out) => drafts.end(out),
      };
    },
  });
}

export function isoOf(value: unknown): number | undefined {
  return utcOfIso(textOf(value) ?? '');
}

/** A Unix time in seconds, also as a text. */
export function unixOf(value: unknown): number | undefined {
  const seconds = numberOf(value);
  return seconds === undefined || seconds <= 0 ? undefined : wallTime(seconds * 1_000);
}
