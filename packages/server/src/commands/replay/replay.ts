import path from 'node:path';
import { type ImportReport, stampOf } from '@ovation/formats';
import { z } from 'zod';
import { CommandError } from '../command-errors.ts';
import type { CommandIo } from '../command-io.ts';
import { defineCommand } from '../define-command.ts';
import type { Outcome } from '../exit-codes.ts';
import { ChatLogError } from '../chat-log/chat-log-error.ts';
import { shownName } from '../chat-log/open-logs.ts';
import { prepareChannel } from './prepare-channel.ts';
import { type ReplayOrder, replayOptions, replayOrder } from './replay-options.ts';
import { type PlayableLog, readPlayableLog } from './playable-log.ts';
import { playMessages } from './play-messages.ts';
import { OvationServer } from './ovation-server.ts';
import { ProgressLine } from '../terminal/progress.ts';
import { counted, printable } from '../terminal/text.ts';

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
      await using chatLog = await readPlayableLog(order, io);
      return await playBroadcast(order, chatLog, io);
    } catch (error) {
      if (!(error instanceof ChatLogError)) throw error;
      throw new CommandError(`${shownName(file)}: ${error.message}`, { cause: error });
    }
  },
});

async function playBroadcast(order: ReplayOrder, chatLog: PlayableLog, io: CommandIo): Promise<Outcome> {
  const { fromMs, lastMs, messages, report } = chatLog;
  const server = new OvationServer(order.url, order.token, io);
  const lines = await prepareChannel(server, order, chatLog, io.signal);
  const broadcasts = `/channels/${encodeURIComponent(order.channel)}/broadcasts`;
  // Not by the signal of Ctrl+C: if the request were cut off, the command would not know whether to end a broadcast.
  await server.call({
    method: 'POST',
    path: broadcasts,
    body: { title: titleOf(order, report) },
    signal: AbortSignal.timeout(STARTING_MS),
  });
  const page = `${order.url}/?channel=${encodeURIComponent(order.channel)}`;
  const length = stampOf((lastMs - fromMs) / order.speed);
  const speed = order.speed === 1 ? 'as fast as it was' : `${order.speed} times as fast`;
  const plan = `${counted(messages, 'message')}, ${speed}, ${length} long`;
  if (report.clock !== undefined) lines.push(printable(report.clock));
  if (report.early > 0) lines.push(`Left out: ${counted(report.early, 'message')} before the start.`);
  io.stdout.write(`${[...lines, `Playing into channel ${order.channel}: ${plan}.`, `Watch at ${page}`].join('\n')}\n`);
  try {
    using progress = new ProgressLine(io, { inLogs: true });
    const onProgress = (positionMs: number, sent: number) => {
      const position = `${stampOf(Math.min(positionMs, lastMs))} / ${stampOf(lastMs)}`;
      progress.show(`${position}  ${counted(sent, 'message')} sent  ${page}`);
    };
    const play = { server, channel: order.channel, messages: chatLog.play(), fromMs, speed: order.speed, onProgress };
    const sent = await playMessages(play, io);
    progress[Symbol.dispose]();
    io.stdout.write(`${io.signal.aborted ? 'Stopped' : 'Done'}: ${counted(sent, 'message')} sent.\n`);
  } finally {
    await endBroadcast(server, broadcasts, io);
  }
  return io.signal.aborted ? 'stopped' : 'fine';
}

/** The log's own title, or the name of its file without the folders. */
function titleOf({ file }: ReplayOrder, { title = path.basename(shownName(file)) }: Readonly<ImportReport>): string {
  return printable(title).slice(0, TITLE_MAX).toWellFormed();
}

/** Never throws: an earlier error is more important. A failure here is written to stderr. */
async function endBroadcast(server: OvationServer, broadcasts: string, io: CommandIo): Promise<void> {
  try {
    // Not the signal of Ctrl+C, which may be aborted by now.
    await server.call({ method: 'DELETE', path: `${broadcasts}/current`, signal: AbortSignal.timeout(ENDING_MS) });
  } catch {
    io.stderr.write('The end of the broadcast could not be announced; it stays live until the next one begins.\n');
  }
}
