import { writeFile } from 'node:fs/promises';
import { z } from 'zod';
import type { RecordingAnalysis } from '../../modules/recordings/index.ts';
import { type ChatLog, ChatLogError, readChatLog } from '../chat-log/read-chat-log.ts';
import type { CommandIo } from '../command-io.ts';
import { defineCommand } from '../define-command.ts';
import type { Outcome } from '../exit-codes.ts';
import { ProgressLine } from '../terminal/progress.ts';
import { percent, printable } from '../terminal/text.ts';
import { type ChatLogAnalysis, analyzeChatLog } from './analyze-chat-log.ts';
import { type AnalyzeOptions, analyzeOptions } from './analyze-options.ts';
import { readRecording } from './read-recording.ts';
import { renderAnalysis } from './render-analysis.ts';
import { renderRecording } from './render-recording.ts';

export const analyzeCommand = defineCommand({
  name: 'analyze',
  about:
    'Finds the moments of chat logs: for each minute the emotes that are more than X of all that count. Reads chat of TwitchDownloader, yt-dlp, chat-downloader, Chatty, niconico and raw IRC, text logs with times, CSV and JSON with time, user and text, and records {emote, timestamp}; also packed with gzip.',
  operands: { value: 'FILE...', type: z.array(z.string()).min(1, 'Name at least one file.') },
  options: analyzeOptions,
  closing:
    "Without --emotes the classic eight are counted, unless they are less than 20 % of a log's emotes: then its top 8.",
  run: ({ operands, options }, io) => analyze(operands, options, io),
});

type FileResult =
  | { file: string; chatLog: ChatLog; analysis: ChatLogAnalysis }
  | { file: string; recording: RecordingAnalysis }
  | { file: string; error: string };

async function analyze(files: readonly string[], options: AnalyzeOptions, io: CommandIo): Promise<Outcome> {
  const results: FileResult[] = [];
  for (const file of files) {
    const result = await analyzeFile(file, options, io);
    if (!result) return 'stopped';
    if ('error' in result) io.stderr.write(`${printable(file)}: ${result.error}\n`);
    else {
      const gap = results.some((earlier) => !('error' in earlier)) ? '\n' : '';
      const text =
        'recording' in result
          ? renderRecording(file, result.recording)
          : renderAnalysis(file, result.chatLog, result.analysis, io.columns);
      io.stdout.write(`${gap}${text}`);
    }
    results.push(result);
  }
  const isWritten = options.json === undefined || (await writeJson(options.json, results, io));
  return isWritten && results.every((result) => !('error' in result)) ? 'fine' : 'failed';
}

/** One file; undefined after Ctrl+C. */
async function analyzeFile(file: string, options: AnalyzeOptions, io: CommandIo): Promise<FileResult | undefined> {
  const { detector, emotes, interval, threshold } = options;
  using progress = new ProgressLine(io, { inLogs: false });
  try {
    const { signal } = io;
    const onProgress = (share: number) => progress.show(`reading ${printable(file)}: ${percent(share)}`);
    if (detector === 'surge') return { file, recording: await readRecording(file, { signal, onProgress }) };
    const { words } = emotes;
    const chatLog = await readChatLog(file, { words, emoteFiles: options['emotes-file'], signal, onProgress });
    progress.show(`looking for moments in ${printable(file)}`);
    return { file, chatLog, analysis: analyzeChatLog(chatLog, { interval, threshold, emotes: emotes.wish }) };
  } catch (error) {
    if (io.signal.aborted) return undefined;
    if (error instanceof ChatLogError) return { file, error: error.message };
    throw error;
  }
}

async function writeJson(target: string, results: readonly FileResult[], io: CommandIo): Promise<boolean> {
  const files = results.map((result) => {
    if ('error' in result) return result;
    return 'recording' in result ? { file: result.file, ...result.recording } : jsonOf(result);
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

function jsonOf({ file, chatLog, analysis }: { file: string; chatLog: ChatLog; analysis: ChatLogAnalysis }) {
  const { report, messagesBySecond } = chatLog;
  const { emotes, ...rest } = analysis;
  const minutes = new Map<number, number>();
  for (const [second, count] of messagesBySecond) {
    const minute = Math.floor(second / 60);
    minutes.set(minute, (minutes.get(minute) ?? 0) + count);
  }
  const perMinute = [...minutes].toSorted(([a], [b]) => a - b);
  return { file, ...report, emotes, ...rest, messagesByMinute: perMinute };
}
