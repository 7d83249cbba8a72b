import { type ChatMessage, type ImportReport, stampOf } from '@ovation/formats';
import { emoteNameFrom, isEmoteAlias, type MessageBatch } from '@ovation/protocol';
import { noticeOf } from '../../modules/recordings/index.ts';
import { ChatLogError, chatLogErrorOf } from '../chat-log/chat-log-error.ts';
import { listedEmotes } from '../chat-log/listed-emotes.ts';
import { type OpenLog, openLogs } from '../chat-log/open-logs.ts';
import { ScratchRecords } from '../chat-log/scratch-records.ts';
import type { CommandIo } from '../command-io.ts';
import { ProgressLine } from '../terminal/progress.ts';
import { counted, percent, printable } from '../terminal/text.ts';
import type { ReplayOrder } from './replay-options.ts';

type SentMessage = MessageBatch['messages'][number];

/** A message as the server takes it, but for its id and time. */
export interface PlayedMessage {
  /** stream time, ms */
  readonly at: number;
  readonly body: Omit<SentMessage, 'id' | 'occurredAt'>;
}

/**
 * The live part of a chat log from a stream time on. Messages typed while watching the recording and those from before the
 * start are not in it. Its messages lie on the disk until it is disposed.
 */
export interface PlayableLog extends AsyncDisposable {
  readonly report: Readonly<ImportReport>;
  /** emote key -> reactions of the whole log */
  readonly counts: ReadonlyMap<string, number>;
  /** emote key -> name typed in chat */
  readonly names: ReadonlyMap<string, string>;
  readonly messages: number;
  /** stream time of the beginning and of the last message, ms */
  readonly fromMs: number;
  readonly lastMs: number;
  /** in the order of the log */
  play(): AsyncIterable<PlayedMessage>;
}

const TEXT_MAX = 500;
const NAME_MAX = 64;
const EMOTES_MAX = 20;

/** Reads the whole log first: what it counts and how long it is are told before it is played. @throws ChatLogError */
export async function readPlayableLog(order: ReplayOrder, io: CommandIo): Promise<PlayableLog> {
  const { emoteFiles, file, join, times } = order;
  let playable: PlayableLog | undefined;
  try {
    const emotes = await listedEmotes(emoteFiles);
    const options = { ...times, join, emotes, withEmbeddedEmotes: true, words: [] };
    for await (const log of openLogs([file], options, io)) {
      if (playable) {
        throw new ChatLogError('The archive holds several chat logs; take one out, or --join parts of one broadcast');
      }
      playable = await readLog(log, order, io);
    }
  } catch (error) {
    await playable?.[Symbol.asyncDispose]();
    io.signal.throwIfAborted();
    throw chatLogErrorOf(error);
  }
  if (!playable) throw new ChatLogError('The file holds no chat log');
  return playable;
}

async function readLog(log: OpenLog, { fromMs }: ReplayOrder, io: CommandIo): Promise<PlayableLog> {
  using progress = new ProgressLine(io, { inLogs: false });
  const { chat, name } = log;
  const kept = new KeptLog(fromMs ?? 0);
  try {
    for await (const batch of chat.batches()) {
      for (const message of batch) kept.add(message);
      await kept.records.settle();
      const done = log.share();
      const read = done === undefined ? counted(chat.report.messages, 'message') : percent(done);
      progress.show(`reading ${printable(name)}: ${read}`);
    }
    const { counts, lastMs, messages, names, records } = kept;
    if (kept.firstMs === undefined) throw new ChatLogError(nothingToPlay(chat.report));
    if (messages === 0) {
      const from = stampOf(fromMs ?? 0);
      throw new ChatLogError(`Nothing is left to play from ${from}; its last message is at ${stampOf(lastMs)}`);
    }
    return {
      report: chat.report,
      counts,
      names,
      messages,
      fromMs: fromMs ?? kept.firstMs,
      lastMs,
      play: () => oneByOne(records),
      [Symbol.asyncDispose]: () => records[Symbol.asyncDispose](),
    };
  } catch (error) {
    await kept.records[Symbol.asyncDispose]();
    throw error;
  }
}

/** What is kept of a log while it is read. */
class KeptLog {
  readonly records = new ScratchRecords<PlayedMessage>();
  readonly counts = new Map<string, number>();
  readonly names = new Map<string, string>();
  readonly #fromMs: number;
  messages = 0;
  firstMs: number | undefined;
  lastMs = 0;

  constructor(fromMs: number) {
    this.#fromMs = fromMs;
  }

  add(message: ChatMessage): void {
    const { emotes, kind, offsetMs: at } = message;
    if (kind === 'recording' || at < 0) return;
    for (const { key, name } of emotes) {
      this.counts.set(key, (this.counts.get(key) ?? 0) + 1);
      if (!this.names.has(key)) this.names.set(key, name);
    }
    this.firstMs ??= at;
    this.lastMs = Math.max(this.lastMs, at);
    if (at < this.#fromMs) return;
    this.messages += 1;
    this.records.add({ at, body: bodyOf(message) });
  }
}

function nothingToPlay({ early }: Readonly<ImportReport>): string {
  return early > 0
    ? `All ${counted(early, 'message')} of the log were written before the start, so there is nothing to play`
    : 'The log has no messages, so there is nothing to play';
}

async function* oneByOne(kept: ScratchRecords<PlayedMessage>): AsyncGenerator<PlayedMessage, void> {
  for await (const batch of kept.batches()) yield* batch;
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
    ...(kind === 'notice' && { notice: noticeOf(text) }),
    ...(bot && { isBot: true }),
  };
}

/** Text as the server takes it: without what could not be stored. */
function plain(text: string, most: number): string {
  return printable(text).slice(0, most).toWellFormed();
}
