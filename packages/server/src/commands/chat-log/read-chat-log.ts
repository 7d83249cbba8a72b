import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { type ChatEmote, ImportError, type ImportReport, importChat } from '@ovation/formats';
import { emoteKey } from '@ovation/protocol';
import { gunzipByNode } from '../../modules/recordings/index.ts';
import { keepYoungSpaceSmall } from './keep-young-space-small.ts';
import { EmoteListError, emotesFor } from './listed-emotes.ts';

/**
 * One emote of one message. An emote that a message has three times is one reaction, because the author reacted once.
 */
export interface ChatReaction {
  /** stream time, ms */
  readonly at: number;
  readonly emote: string;
}

/** The live part of a chat log, as far as commands need it. Messages typed while watching the recording are not in it. */
export interface ChatLog {
  readonly report: Readonly<ImportReport>;
  /** in order of time */
  readonly reactions: readonly ChatReaction[];
  /** emote key -> name typed in chat */
  readonly names: ReadonlyMap<string, string>;
  /** second of stream time -> messages */
  readonly messagesBySecond: ReadonlyMap<number, number>;
}

export interface ReadChatLogOptions {
  /** words to count as emotes, also where the file knows them as a platform's emote */
  readonly words: readonly string[];
  /** files with lists of third-party emotes; their words in texts count as those emotes */
  readonly emoteFiles?: readonly string[];
  readonly signal: AbortSignal;
  /** called now and then with the share of the file that was read, 0 to 1 */
  readonly onProgress: (share: number) => void;
}

const PROGRESS_EVERY = 2_000;

/** @throws ChatLogError, with a sentence for people; the signal's reason when it was aborted */
export async function readChatLog(file: string, options: ReadChatLogOptions): Promise<ChatLog> {
  try {
    return await collect(file, options);
  } catch (error) {
    options.signal.throwIfAborted();
    throw chatLogErrorOf(error);
  }
}

export function chatLogErrorOf(error: unknown): ChatLogError {
  return new ChatLogError(problemOf(error), { cause: error });
}

/** A chat log that cannot be read; the message is one sentence. */
export class ChatLogError extends Error {
  override readonly name = 'ChatLogError';
}

async function collect(file: string, options: ReadChatLogOptions): Promise<ChatLog> {
  const { words, emoteFiles = [], signal, onProgress } = options;
  const { size } = await stat(file);
  keepYoungSpaceSmall();
  const emotes = await emotesFor(file, emoteFiles, signal);
  const source = createReadStream(file, { signal });
  const chat = importChat(source, { words, emotes, gunzip: gunzipByNode });
  const known = new Set(words);
  const reactions: ChatReaction[] = [];
  const names = new Map<string, string>();
  const messagesBySecond = new Map<number, number>();
  let read = 0;
  for await (const { offsetMs, kind, emotes: found } of chat) {
    read += 1;
    if (read % PROGRESS_EVERY === 0) onProgress(size === 0 ? 1 : source.bytesRead / size);
    if (kind === 'recording') continue;
    const second = Math.floor(offsetMs / 1_000);
    messagesBySecond.set(second, (messagesBySecond.get(second) ?? 0) + 1);
    for (const emote of found) {
      const key = keyOf(emote, known);
      reactions.push({ at: offsetMs, emote: key });
      if (!names.has(key)) names.set(key, emote.name);
    }
  }
  reactions.sort((a, b) => a.at - b.at);
  return { report: chat.report, reactions, names, messagesBySecond };
}

/** The word "LUL" of the options stands for every emote of that name. */
function keyOf(emote: ChatEmote, words: ReadonlySet<string>): string {
  return (words.has(emote.name) ? emoteKey(emote.name) : undefined) ?? emote.key;
}

function problemOf(error: unknown): string {
  if (error instanceof ImportError || error instanceof EmoteListError) return error.message;
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'ENOENT') return 'There is no file of this name';
  if (code === 'EISDIR') return 'This is a folder; name the files in it';
  if (code === 'EACCES' || code === 'EPERM') return 'The file may not be read by you';
  return `The file cannot be read (${error instanceof Error ? error.message : String(error)})`;
}
