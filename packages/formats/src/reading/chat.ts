import type { Gunzip } from './bytes/gunzip.ts';

/** One emote of one message, and how often it occurs in the message. */
export interface ChatEmote {
  /** `unicode:…`, `twitch:<id>` or `text:<word>` (docs/reference/emotes.md) */
  readonly key: string;
  /** as shown: the emoji, or the name typed in chat */
  readonly name: string;
  readonly count: number;
}

/** An emote of a third party. In the text of a message it is a plain word. */
export interface ListedEmote {
  /** `bttv:<id>`, `ffz:<id>`, `7tv:<id>` or `custom:<channel>:<id>` */
  readonly key: string;
  readonly name: string;
}

/**
 * `chat`: a viewer's message. `notice`: a subscription, a raid or a similar event, with or without a text. `recording`:
 * typed while watching the recording, so it is no reaction of the live audience, although its offset looks like one.
 */
export type ChatKind = 'chat' | 'notice' | 'recording';

export interface ChatMessage {
  /**
   * stream time: milliseconds since the broadcast began, or since the first message if the file knows no more; negative
   * for what was written before the broadcast began
   */
  readonly offsetMs: number;
  /** wall-clock time, ms since 1970 UTC, when the file has one */
  readonly at?: number;
  /** the platform's id of the message, when the file has one */
  readonly id?: string;
  /** "" when the file does not say */
  readonly author: string;
  /** the platform's id of the author, when the file has one */
  readonly authorId?: string;
  readonly text: string;
  readonly emotes: readonly ChatEmote[];
  readonly kind: ChatKind;
  /** set when the file marks the author as a program */
  readonly bot?: true;
  /** bits that the author spent with the message */
  readonly bits?: number;
  /** set when moderators removed the message and the file says so within two minutes after it */
  readonly deleted?: true;
}

/** Facts about the file. They grow while messages are read and are complete after the last message. */
export interface ImportReport {
  /** name of the format, "" until it was recognised */
  format: string;
  /** title of the format, for people */
  formatTitle: string;
  /** a sentence that says which column of a table was taken for what */
  columns?: string;
  title?: string;
  streamer?: string;
  /** length of the broadcast as the file states it */
  lengthMs?: number;
  /** all messages, those of kind `recording` included */
  messages: number;
  recording: number;
  /** messages that moderators removed; `messages` includes them */
  deleted: number;
  /** messages up to 60 s older than a message before them; they keep their time */
  outOfOrder: number;
  /** messages whose id an earlier one had; they are left out, and `messages` does not count them */
  repeated: number;
  /** messages from before the broadcast began; `messages` includes them */
  early: number;
  /** a sentence that says which clock and unit the times were taken for, and why; none when the format fixes both */
  clock?: string;
  /** lines or comments that are no messages */
  skipped: number;
  /** place and reason of the first skips */
  skips: { where: string; reason: string }[];
  /** stream time of the earliest message, which may be negative, and of the latest; both 0 without messages */
  firstMs: number;
  lastMs: number;
}

/** What a plain number in a column of times counts. */
export type TimeUnit = 's' | 'ms' | 'us';

export interface ImportOptions {
  /** the unit of times that are plain numbers, where the file itself does not say */
  readonly unit?: TimeUnit;
  /** wall-clock time at which the broadcast began, ms since 1970 UTC: zero of the stream time for files with dates */
  readonly start?: number;
  /** words of the text to count as emotes, with key `text:<word>` */
  readonly words?: readonly string[];
  /**
   * emotes of third parties by name, as `readEmoteList` reads them; a word of the text that is in the list counts as
   * that emote
   */
  readonly emotes?: ReadonlyMap<string, ListedEmote>;
  /**
   * unpacks gzip instead of DecompressionStream, for example by Node's zlib; DecompressionStream refuses files of
   * several members
   */
  readonly gunzip?: Gunzip;
}

/** A running import. It can be iterated once; memory does not grow with the file. */
export interface ChatImport extends AsyncIterable<ChatMessage> {
  readonly report: Readonly<ImportReport>;
  /**
   * The same messages, but one batch for each piece of the file. A promise for each message would cost as much as
   * reading the message.
   */
  batches(): AsyncIterable<readonly ChatMessage[]>;
}
