import { createReadStream } from 'node:fs';
import { type ChatMessage, importChat } from '@ovation/formats';
import { emoteNameFrom, isEmoteAlias, type MessageBatch } from '@ovation/protocol';
import { gunzipByNode } from '../../modules/recordings/index.ts';
import { emotesFor } from '../chat-log/listed-emotes.ts';
import { printable } from '../terminal/text.ts';

type SentMessage = MessageBatch['messages'][number];

/** A message as the server takes it, but for its id and time. */
export interface PlayedMessage {
  /** stream time, ms */
  readonly at: number;
  readonly body: Omit<SentMessage, 'id' | 'occurredAt'>;
}

const TEXT_MAX = 500;
const NAME_MAX = 64;
const EMOTES_MAX = 20;

/**
 * The live messages of a chat log from a stream time on, in the order of the file. They are read while they are played,
 * so memory does not grow with the file.
 */
export async function* messagesToPlay(
  { file, emoteFiles, fromMs = 0 }: { file: string; emoteFiles: readonly string[]; fromMs?: number | undefined },
  signal: AbortSignal,
): AsyncGenerator<PlayedMessage, void> {
  const emotes = await emotesFor(file, emoteFiles, signal);
  const chat = importChat(createReadStream(file, { signal }), { words: [], emotes, gunzip: gunzipByNode });
  for await (const message of chat) {
    if (message.kind !== 'recording' && message.offsetMs >= fromMs)
      yield { at: message.offsetMs, body: bodyOf(message) };
  }
}

function bodyOf({ author, bot, deleted, emotes, kind, text }: ChatMessage): PlayedMessage['body'] {
  return {
    author: plain(author, NAME_MAX),
    // A message that moderators removed still counts, but its words are not sent.
    text: deleted ? '' : plain(text, TEXT_MAX),
    emotes: emotes.slice(0, EMOTES_MAX).map(({ key, name }) => {
      const alias = key.startsWith('unicode:') ? undefined : isEmoteAlias(name) ? name : emoteNameFrom(name);
      return { emote: key, ...(alias !== undefined && { alias }) };
    }),
    ...(kind === 'notice' && { notice: 'other' }),
    ...(bot && { isBot: true }),
  };
}

/** Text as the server takes it: without what could not be stored. */
function plain(text: string, most: number): string {
  return printable(text).slice(0, most).toWellFormed();
}
