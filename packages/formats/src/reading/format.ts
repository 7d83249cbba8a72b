import type { ChatMessage, TimeUnit } from './chat.ts';
import type { EmoteFinder } from './find-emotes.ts';
import type { ImportNotes } from './import-notes.ts';

/** The beginning of a file, from which the format is recognised. */
export interface FileHead {
  /** at most 64 Ki characters, white space at the start removed */
  readonly text: string;
  /** the first lines that are not empty, at most 200; the last one may be cut off */
  readonly lines: readonly string[];
  /** the JSON values that the text begins with; the last one may be cut off. None when the text is no JSON */
  readonly json: readonly unknown[];
  /** whether the head is the whole file */
  readonly isWhole: boolean;
}

/** Shared parts of one import that a format reads with. */
export interface ImportInput {
  readonly head: FileHead;
  /** collects counts, skipped places and facts about the broadcast */
  readonly notes: ImportNotes;
  /** collects the emotes of the message that is being read; one finder for the whole import */
  readonly emotes: EmoteFinder;
  /** the unit that the user named for times that are plain numbers */
  readonly unit: TimeUnit | undefined;
}

/**
 * Reads one file. The methods are synchronous, because a promise for each message would cost more than reading the
 * message. Both methods throw ImportError for a file that cannot be read; the messages before the error are in `out`. A
 * problem of one message goes to the notes.
 */
export interface ChatReader {
  /** @param out takes the messages that end in this piece of the file, in its order */
  push(piece: string, out: ChatMessage[]): void;
  /** called after the last piece: takes the messages that were held back */
  end(out: ChatMessage[]): void;
}

export interface ImportFormat {
  /** as in the reference page and in reports */
  readonly name: string;
  readonly title: string;
  /**
   * How surely this is the format, 0 (no) to 1. The surest format reads the file; if several are equally sure, the
   * first in the list.
   */
  recognise(head: FileHead): number;
  open(input: ImportInput): ChatReader;
}
