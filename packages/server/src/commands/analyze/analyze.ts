import { writeFile } from 'node:fs/promises';
import { z } from 'zod';
import { analyzeChat, begin, type RecordingAnalysis } from '../../modules/recordings/index.ts';
import { ChatLogError, chatLogErrorOf } from '../chat-log/chat-log-error.ts';
import { listedEmotes } from '../chat-log/listed-emotes.ts';
import { type OpenLog, openLogs, shownName } from '../chat-log/open-logs.ts';
import { readReactions } from '../chat-log/read-reactions.ts';
import type { CommandIo } from '../command-io.ts';
import { defineCommand } from '../define-command.ts';
import type { Outcome } from '../exit-codes.ts';
import { ProgressLine } from '../terminal/progress.ts';
import { counted, percent, printable } from '../terminal/text.ts';
import { type ChatLogAnalysis, analyzeChatLog } from './analyze-chat-log.ts';
import { type AnalyzeOptions, analyzeOptions, askedDetector } from './analyze-options.ts';
import { renderAnalysis } from './render-analysis.ts';
import { renderRecording } from './render-recording.ts';

export const analyzeCommand = defineCommand({
  name: 'analyze',
  about:
    'Finds the moments of chat logs. FILE may be packed, an archive or a pipe, and - is standard input. Reads chat of TwitchDownloader, yt-dlp, chat-downloader, Chatty, niconico and raw IRC, text logs with times, CSV and JSON with time, user and text, and records {emote, timestamp}.',
  operands: { value: 'FILE...', type: z.array(z.string()).min(1, 'Name at least one file, or - for standard input.') },
  options: analyzeOptions,
  closing:
    "Without --detector, chat logs are read by surge and records {emote, timestamp} by ratio; --interval, --threshold, --emotes and --emotes-file are of ratio, so they choose it. Without --emotes it counts the classic eight, unless they are less than 20 % of a log's emotes: then its top 8.",
  run: ({ operands, options }, io) => analyze(operands, options, io),
});

type FileResult =
  | { file: string; analysis: ChatLogAnalysis }
  | { file: string; recording: RecordingAnalysis }
  | { file: string; error: string };

async function analyze(files: readonly string[], options: AnalyzeOptions, io: CommandIo): Promise<Outcome> {
  const results: FileResult[] = [];
  const groups = options.join ? [files] : files.map((file) => [file]);
  for (const group of groups) {
    for await (const result of resultsOf(group, options, io)) {
      print(result, results, io);
      results.push(result);
    }
    if (io.signal.aborted) return 'stopped';
  }
  const isWritten = options.json === undefined || (await writeJson(options.json, results, io));
  return isWritten && results.every((result) => !('error' in result)) ? 'fine' : 'failed';
}

/** The logs of a file, or of files that are one broadcast. A log that cannot be read is a result, too. */
async function* resultsOf(
  group: readonly string[],
  options: AnalyzeOptions,
  io: CommandIo,
): AsyncGenerator<FileResult, void> {
  const failed = (file: string, error: unknown): FileResult => {
    io.signal.throwIfAborted();
    if (error instanceof ChatLogError) return { file, error: error.message };
    throw error;
  };
  const onLeftOut = (name: string, reason: string) => io.stderr.write(`${printable(name)}: left out: ${reason}\n`);
  try {
    const isRatio = askedDetector(options) === 'ratio';
    const emotes = isRatio ? await listedEmotes(options['emotes-file']) : new Map();
    const { join, start, unit } = options;
    const reading = { join, emotes, withEmbeddedEmotes: isRatio, words: options.emotes?.words ?? [], onLeftOut };
    const times = { ...(unit && { unit }), ...(start !== undefined && { start }) };
    for await (const log of openLogs(group, { ...reading, ...times }, io)) {
      yield await analyzeLog(log, options, io).catch((error: unknown) => failed(log.name, chatLogErrorOf(error)));
    }
  } catch (error) {
    yield failed(group.map(shownName).join(' + '), chatLogErrorOf(error));
  }
}

async function analyzeLog(log: OpenLog, options: AnalyzeOptions, io: CommandIo): Promise<FileResult> {
  using progress = new ProgressLine(io, { inLogs: false });
  const file = log.name;
  const onRead = () => {
    const share = log.share();
    const done = share === undefined ? counted(log.chat.report.messages, 'message') : percent(share);
    progress.show(`reading ${printable(file)}: ${done}`);
  };
  const chat = await begin(log.chat);
  const isRecords = chat.report.format === 'emote-records';
  if ((askedDetector(options) ?? (isRecords ? 'ratio' : 'surge')) === 'surge') {
    return { file, recording: await analyzeChat(chat, onRead) };
  }
  const { emotes: { words, wish } = { words: [], wish: 'auto' }, interval, threshold } = options;
  await using reactions = await readReactions({ ...log, chat }, { words, onRead });
  progress.show(`looking for moments in ${printable(file)}`);
  return { file, analysis: await analyzeChatLog(reactions, { interval, threshold, emotes: wish }) };
}

function print(result: FileResult, earlier: readonly FileResult[], io: CommandIo): void {
  if ('error' in result) {
    io.stderr.write(`${printable(result.file)}: ${result.error}\n`);
    return;
  }
  const gap = earlier.some((one) => !('error' in one)) ? '\n' : '';
  const text =
    'recording' in result
      ? renderRecording(result.file, result.recording, io.columns)
      : renderAnalysis(result.file, result.analysis, io.columns);
  io.stdout.write(`${gap}${text}`);
}

async function writeJson(target: string, results: readonly FileResult[], io: CommandIo): Promise<boolean> {
  const files = results.map((result) => {
    if ('error' in result) return result;
    return 'recording' in result ? { file: result.file, ...result.recording } : jsonOf(result.file, result.analysis);
  });
  try {
    await writeFile(target, `${JSON.stringify({ files }, null, 2)}\n`);
    return true;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    io.stderr.write(`${printable(target)} cannot be written (${reason}); name a file in a folder that exists\n`);
    return false;
  }
}

function jsonOf(file: string, { emotes, messagesBySecond, names: _names, report, ...rest }: ChatLogAnalysis) {
  const minutes = new Map<number, number>();
  for (const [second, count] of messagesBySecond) {
    const minute = Math.floor(second / 60);
    minutes.set(minute, (minutes.get(minute) ?? 0) + count);
  }
  const perMinute = [...minutes].toSorted(([a], [b]) => a - b);
  return { file, ...report, emotes, ...rest, messagesByMinute: perMinute };
}
