import type { Gunzip } from './gunzip.ts';

/** One emote of one message, with how often it stands there. */
export interface ChatEmote {
  /** `unicode:…`, `twitch:<id>` or `text:<word>` (docs/reference/emotes.md) */
  readonly key: string;
  /** as shown: the emoji, or the name typed in chat */
  readonly name: string;
  readonly count: number;
}

/** An emote of a third party, which stands in texts as a plain word. */
export interface ListedEmote {
  /** `bttv:<id>`, `ffz:<id>`, `7tv:<id>` or `custom:<channel>:<id>` */
  readonly key: string;
  readonly name: string;
}

/**
 * `chat`: somebody wrote; `notice`: a subscription, raid or the like, perhaps with a text; `recording`: typed while
 * watching the recording, so it is no reaction of the live audience although its offset looks like one.
 */
export type ChatKind = 'chat' | 'notice' | 'recording';

export interface ChatMessage {
  /** stream time: milliseconds since the broadcast began, or since the first message if the file knows no more */
  readonly offsetMs: number;
  /** wall-clock time, ms since 1970 UTC, when the file has one */
  readonly at?: number;
  /** "" when the file does not say */
  readonly author: string;
  readonly text: string;
  readonly emotes: readonly ChatEmote[];
  readonly kind: ChatKind;
  /** set when the file says that a program wrote it */
  readonly bot?: true;
  /** bits that were spent with it */
  readonly bits?: number;
  /** set when moderators removed it, as far as the file says so soon enough after the message */
  readonly deleted?: true;
}

/** What is known about the file. Grows while messages are read, complete after the last one. */
export interface ImportReport {
  /** name of the format, "" until it was recognised */
  format: string;
  /** the same for people */
  formatTitle: string;
  /** what the columns of a table were taken for, in words */
  columns?: string;
  title?: string;
  streamer?: string;
  /** length of the broadcast as the file states it */
  lengthMs?: number;
  /** all messages, those of kind `recording` included */
  messages: number;
  recording: number;
  /** messages that moderators removed; they are in `messages` */
  deleted: number;
  /** messages up to 60 s older than one before them; they keep their time */
  outOfOrder: number;
  /** lines or comments that are no message */
  skipped: number;
  /** the first of them, with their place and reason */
  skips: { where: string; reason: string }[];
  /** stream time of the earliest and latest message; both 0 without messages */
  firstMs: number;
  lastMs: number;
}

export interface ImportOptions {
  /** words of the text to count as emotes, with key `text:<word>` */
  readonly words?: readonly string[];
  /** emotes of third parties by name, as `readEmoteList` reads them: a word of the text that is listed is that emote */
  readonly emotes?: ReadonlyMap<string, ListedEmote>;
  /** unpacks gzip instead of DecompressionStream, which refuses files of several members; Node's zlib does not */
  readonly gunzip?: Gunzip;
}

/** An import under way. Can be iterated once; memory does not grow with the file. */
export interface ChatImport extends AsyncIterable<ChatMessage> {
  readonly report: Readonly<ImportReport>;
  /** The same messages, those of each piece of the file at once: a promise for each message costs as much as reading it. */
  batches(): AsyncIterable<readonly ChatMessage[]>;
}
