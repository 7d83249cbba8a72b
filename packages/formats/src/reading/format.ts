import type { ChatMessage } from './chat.ts';
import type { ImportNotes } from './import-notes.ts';

/** The beginning of a file, as far as formats need it to recognise theirs. */
export interface FileHead {
  /** at most 64 Ki characters, white space at the start removed */
  readonly text: string;
  /** the first lines that are not empty, at most 200; the last one may be cut off */
  readonly lines: readonly string[];
}

/** What a format reads from. */
export interface ImportInput {
  /** the whole file, in pieces of any size */
  readonly text: AsyncIterable<string>;
  readonly head: FileHead;
  /** takes counts, skipped places and what is known of the broadcast */
  readonly notes: ImportNotes;
  /** words of the text to count as emotes */
  readonly words: ReadonlySet<string>;
}

export interface ImportFormat {
  /** as in the reference page and in reports */
  readonly name: string;
  readonly title: string;
  /** How surely this is the format, 0 (no) to 1. The best one reads the file; of equals, the first in the list. */
  recognise(head: FileHead): number;
  /** Yields the messages in the order of the file. Throws ImportError; what is wrong with one message goes to `notes`. */
  read(input: ImportInput): AsyncGenerator<ChatMessage, void>;
}
