import { stampOf } from '@ovation/formats';
import { z } from 'zod';
import { CommandError } from '../command-errors.ts';
import type { CommandIo } from '../command-io.ts';
import { defineCommand } from '../define-command.ts';
import type { Outcome } from '../exit-codes.ts';
import { ChatLogError, type ChatLog, readChatLog } from '../chat-log/read-chat-log.ts';
import { prepareChannel } from './prepare-channel.ts';
import { type ReplayOrder, replayOptions, replayOrder } from './replay-options.ts';
import { messagesToPlay } from './messages-to-play.ts';
import { playMessages } from './play-messages.ts';
import { OvationServer } from './ovation-server.ts';
import { ProgressLine } from '../terminal/progress.ts';
import { counted, percent, printable } from '../terminal/text.ts';

const TITLE_MAX = 200;
/** The end of a broadcast is announced even after Ctrl+C; then the command waits no longer than this. */
const ENDING_MS = 5_000;
const STARTING_MS = 15_000;

export const replayCommand = defineCommand({
  name: 'replay',
  about:
    'Plays a chat log into the running server as if it were live: each emote of a message is a reaction, and detectors see the messages. The server compares with the last ten minutes of its own time, so only --speed 1 finds what it would have found live; a faster replay is an audience that lives faster.',
  operands: { value: 'FILE', type: z.tuple([z.string()], 'Name exactly one file.') },
  options: replayOptions,
  async run({ operands: [file], options }, io) {
    const order = replayOrder(file, options);
    try {
      const chatLog = await readFor(order, io);
      return await playBroadcast(order, chatLog, spanOf(chatLog, order), io);
    } catch (error) {
      if (!(error instanceof ChatLogError)) throw error;
      throw new CommandError(`${file}: ${error.message}`, { cause: error });
    }
  },
});

async function readFor({ file, emoteFiles }: ReplayOrder, io: CommandIo): Promise<ChatLog> {
  using progress = new ProgressLine(io, { inLogs: false });
  const onProgress = (share: number) => progress.show(`reading ${printable(file)}: ${percent(share)}`);
  return await readChatLog(file, { words: [], emoteFiles, signal: io.signal, onProgress });
}

/** What there is to play. */
interface Span {
  readonly messages: number;
  /** stream time of the beginning and of the last message, ms */
  readonly fromMs: number;
  readonly lastMs: number;
}

/** @throws ChatLogError when there is nothing to play */
function spanOf({ messagesBySecond, report }: ChatLog, order: ReplayOrder): Span {
  const fromMs = order.fromMs ?? report.firstMs;
  let messages = 0;
  let last = 0;
  for (const [second, count] of messagesBySecond) {
    last = Math.max(last, second);
    if (second >= Math.floor(fromMs / 1_000)) messages += count;
  }
  if (messagesBySecond.size === 0) throw new ChatLogError('The log has no messages, so there is nothing to play');
  if (messages === 0) {
    throw new ChatLogError(
      `Nothing is left to play from ${stampOf(fromMs)}; its last message is at ${stampOf(1_000 * last)}`,
    );
  }
  return { messages, fromMs, lastMs: 1_000 * last };
}

async function playBroadcast(
  order: ReplayOrder,
  chatLog: ChatLog,
  { fromMs, lastMs, messages }: Span,
  io: CommandIo,
): Promise<Outcome> {
  const server = new OvationServer(order.url, order.token, io);
  const lines = await prepareChannel(server, order, chatLog, io.signal);
  const path = `/channels/${encodeURIComponent(order.channel)}/broadcasts`;
  const title = printable(chatLog.report.title ?? order.file)
    .slice(0, TITLE_MAX)
    .toWellFormed();
  // Not by the signal of Ctrl+C: if the request were cut off, the command would not know whether to end a broadcast.
  await server.call({ method: 'POST', path, body: { title }, signal: AbortSignal.timeout(STARTING_MS) });
  const page = `${order.url}/?channel=${encodeURIComponent(order.channel)}`;
  const length = stampOf((lastMs - fromMs) / order.speed);
  const speed = order.speed === 1 ? 'as fast as it was' : `${order.speed} times as fast`;
  const plan = `${counted(messages, 'message')}, ${speed}, ${length} long`;
  io.stdout.write(`${[...lines, `Playing into channel ${order.channel}: ${plan}.`, `Watch at ${page}`].join('\n')}\n`);
  try {
    using progress = new ProgressLine(io, { inLogs: true });
    const onProgress = (positionMs: number, sent: number) => {
      const position = `${stampOf(Math.min(positionMs, lastMs))} / ${stampOf(lastMs)}`;
      progress.show(`${position}  ${counted(sent, 'message')} sent  ${page}`);
    };
    const reading = messagesToPlay(order, io.signal);
    const play = { server, channel: order.channel, messages: reading, fromMs, speed: order.speed, onProgress };
    const sent = await playMessages(play, io);
    progress[Symbol.dispose]();
    io.stdout.write(`${io.signal.aborted ? 'Stopped' : 'Done'}: ${counted(sent, 'message')} sent.\n`);
  } finally {
    await endBroadcast(server, path, io);
  }
  return io.signal.aborted ? 'stopped' : 'fine';
}

/** Never throws: an earlier error is more important. A failure here is written to stderr. */
async function endBroadcast(server: OvationServer, path: string, io: CommandIo): Promise<void> {
  try {
    // Not the signal of Ctrl+C, which may be aborted by now.
    await server.call({ method: 'DELETE', path: `${path}/current`, signal: AbortSignal.timeout(ENDING_MS) });
  } catch {
    io.stderr.write('The end of the broadcast could not be announced; it stays live until the next one begins.\n');
  }
}
