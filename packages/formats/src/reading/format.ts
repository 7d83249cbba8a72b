import type { ChatMessage } from './chat.ts';
import type { EmoteFinder } from './find-emotes.ts';
import type { ImportNotes } from './import-notes.ts';

/** The beginning of a file, as far as formats need it to recognise theirs. */
export interface FileHead {
  /** at most 64 Ki characters, white space at the start removed */
  readonly text: string;
  /** the first lines that are not empty, at most 200; the last one may be cut off */
  readonly lines: readonly string[];
}

/** What a format reads with. */
export interface ImportInput {
  readonly head: FileHead;
  /** takes counts, skipped places and what is known of the broadcast */
  readonly notes: ImportNotes;
  /** one for the whole import: collects the emotes of the message that is being read */
  readonly emotes: EmoteFinder;
}

/**
 * Reads one file. Synchronous between the pieces: a promise for each message would cost more than the message. Both
 * throw ImportError, with what came before it in `out`; what is wrong with one message goes to the notes.
 */
export interface ChatReader {
  /** @param out takes the messages that end in this piece of the file, in its order */
  push(piece: string, out: ChatMessage[]): void;
  /** to be called after the last piece: the messages that were kept back */
  end(out: ChatMessage[]): void;
}

export interface ImportFormat {
  /** as in the reference page and in reports */
  readonly name: string;
  readonly title: string;
  /** How surely this is the format, 0 (no) to 1. The best one reads the file; of equals, the first in the list. */
  recognise(head: FileHead): number;
  open(input: ImportInput): ChatReader;
}
