import { stampOf } from '@ovation/formats';
import { type Command, type CommandIo, EXIT } from './command.ts';
import { LogFileError, type ReadLog, readLog } from './read-log.ts';
import { prepareChannel } from './replay-channel.ts';
import { type ReplayOrder, readReplayOrder } from './replay-order.ts';
import { messagesToPlay } from './replay-messages.ts';
import { playMessages } from './replay-pace.ts';
import { OvationServer, ServerError } from './replay-server.ts';
import { ProgressLine } from './terminal-progress.ts';
import { counted, percent, printable } from './terminal-text.ts';

const usage = `Usage: ovation replay FILE [--speed 30] [--channel NAME] [--url http://127.0.0.1:8080] [--token T]
                      [--from h:mm:ss] [--keep-settings] [--emotes-file FILE]...

Plays a chat log into the running server as if it were live: each emote of a message is a reaction, and detectors see the
messages. The server compares with the last ten minutes of its own time, so only --speed 1 finds what it would have found
live; a faster replay is an audience that lives faster.

  --speed N        how many times faster than it was (30)
  --channel NAME   channel to play into; without it the file's name is taken
  --url URL        address of the server (http://127.0.0.1:8080)
  --token T        bearer token, when the server asks for one
  --from h:mm:ss   stream time to begin at
  --keep-settings  leave the channel's settings alone; else a channel whose settings were never changed is set to
                   count the 8 most used emotes of the log
  --emotes-file FILE
                   words of this list of BTTV, FFZ, 7TV or PeerTube are emotes; may be given several times`;

const TITLE_MAX = 200;
/** The end of a broadcast is announced even after Ctrl+C, but nobody waits long for it. */
const ENDING_MS = 5_000;
const STARTING_MS = 15_000;

export const replayCommand: Command = {
  name: 'replay',
  summary: 'play a chat log into the running server as if it were live',
  usage,
  run: replay,
};

async function replay(args: readonly string[], io: CommandIo): Promise<number> {
  const order = readReplayOrder(args);
  if (typeof order === 'string') {
    io.stderr.write(`${order}\n\n${usage}\n`);
    return EXIT.usage;
  }
  try {
    const chatLog = await readFor(order, io);
    return await playBroadcast(order, chatLog, spanOf(chatLog, order), io);
  } catch (error) {
    if (io.signal.aborted) return EXIT.stopped;
    if (!(error instanceof LogFileError || error instanceof ServerError)) throw error;
    io.stderr.write(`${error instanceof LogFileError ? `${printable(order.file)}: ` : ''}${error.message}\n`);
    return EXIT.failed;
  }
}

async function readFor({ file, emoteFiles }: ReplayOrder, io: CommandIo): Promise<ReadLog> {
  using progress = new ProgressLine(io, { inLogs: false });
  const onProgress = (share: number) => progress.show(`reading ${printable(file)}: ${percent(share)}`);
  return await readLog(file, { words: [], emoteFiles, signal: io.signal, onProgress });
}

/** What there is to play. */
interface Span {
  readonly messages: number;
  /** stream time of the beginning and of the last message, ms */
  readonly fromMs: number;
  readonly lastMs: number;
}

/** @throws LogFileError when there is nothing to play */
function spanOf({ messagesBySecond, report }: ReadLog, order: ReplayOrder): Span {
  const fromMs = order.fromMs ?? report.firstMs;
  let messages = 0;
  let last = 0;
  for (const [second, count] of messagesBySecond) {
    last = Math.max(last, second);
    if (second >= Math.floor(fromMs / 1_000)) messages += count;
  }
  if (messagesBySecond.size === 0) throw new LogFileError('The log has no messages, so there is nothing to play');
  if (messages === 0) {
    throw new LogFileError(
      `Nothing is left to play from ${stampOf(fromMs)}; its last message is at ${stampOf(1_000 * last)}`,
    );
  }
  return { messages, fromMs, lastMs: 1_000 * last };
}

async function playBroadcast(
  order: ReplayOrder,
  chatLog: ReadLog,
  { fromMs, lastMs, messages }: Span,
  io: CommandIo,
): Promise<number> {
  const server = new OvationServer(order.url, order.token, io);
  const lines = await prepareChannel(server, order, chatLog, io.signal);
  const path = `/channels/${encodeURIComponent(order.channel)}/broadcasts`;
  const title = printable(chatLog.report.title ?? order.file)
    .slice(0, TITLE_MAX)
    .toWellFormed();
  // Not by the signal of Ctrl+C: cut off here, nobody would know whether there is a broadcast to end.
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
  return io.signal.aborted ? EXIT.stopped : EXIT.fine;
}

/** Never throws: what went wrong before is more important, and the person is told. */
async function endBroadcast(server: OvationServer, path: string, io: CommandIo): Promise<void> {
  try {
    // A signal of its own: the other one is aborted by Ctrl+C.
    await server.call({ method: 'DELETE', path: `${path}/current`, signal: AbortSignal.timeout(ENDING_MS) });
  } catch {
    io.stderr.write('The end of the broadcast could not be announced; it stays live until the next one begins.\n');
  }
}
