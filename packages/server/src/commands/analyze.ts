import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { ALLOWED_EMOTES_MAX, DEFAULT_THRESHOLD, SETTINGS_TEXTS, emoteKey, intervalProblem } from '@ovation/protocol';
import { type AnalyzeWish, type LogAnalysis, analyzeLog } from './analyze-log.ts';
import { type Command, type CommandIo, EXIT } from './command.ts';
import type { RecordingAnalysis } from '../modules/recordings/index.ts';
import { LogFileError, type ReadLog, readLog } from './read-log.ts';
import { readRecording } from './read-recording.ts';
import { renderAnalysis } from './render-analysis.ts';
import { renderRecording } from './render-recording.ts';
import { ProgressLine } from './terminal-progress.ts';
import { percent, printable } from './terminal-text.ts';

const usage = `Usage: ovation analyze FILE... [--json OUT] [--interval N] [--threshold X] [--emotes seed|top|LIST]
                       [--emotes-file FILE]... [--detector ratio|surge]

Finds the moments of chat logs: for each minute the emotes that are more than X of all that count. Reads chat of
TwitchDownloader, yt-dlp, chat-downloader, Chatty, niconico and raw IRC, text logs with times, CSV and JSON with time,
user and text, and records {emote, timestamp}; also packed with gzip.

  --json OUT      write everything to the file OUT as well
  --interval N    reactions between two judgements of a minute, 1 to 1000 (30)
  --threshold X   share that makes a moment, between 0 and 1 (0.3)
  --emotes seed   count the documents' eight: 😀 😡 😢 😮 ❤️ 👍 👎 🔥
  --emotes top    count the 8 most used emotes of each log
  --emotes LIST   count these, separated by commas: emoji, names as typed in chat, or keys such as twitch:25
  --emotes-file FILE
                  words of this list of BTTV, FFZ, 7TV or PeerTube are emotes; may be given several times

  --detector surge
                  the best 8 moments an hour of the whole audience, whatever it writes, and why; the options above but
                  --json are for ratio, the rule of the documents, which is used without this option

Without --emotes the documents' eight are counted, unless they are less than 20 % of a log's emotes: then its top 8.`;

export const analyzeCommand: Command = {
  name: 'analyze',
  summary: 'find the moments of chat logs and print them',
  usage,
  run: analyze,
};

interface Order {
  readonly files: readonly string[];
  readonly json: string | undefined;
  readonly detector: 'ratio' | 'surge';
  readonly wish: AnalyzeWish;
  readonly words: readonly string[];
  readonly emoteFiles: readonly string[];
}

type FileResult =
  | { file: string; chatLog: ReadLog; analysis: LogAnalysis }
  | { file: string; recording: RecordingAnalysis }
  | { file: string; error: string };

async function analyze(args: readonly string[], io: CommandIo): Promise<number> {
  const order = readOrder(args);
  if (typeof order === 'string') {
    io.stderr.write(`${order}\n\n${usage}\n`);
    return EXIT.usage;
  }
  const results: FileResult[] = [];
  for (const file of order.files) {
    const result = await analyzeFile(file, order, io);
    if (!result) return EXIT.stopped;
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
  const isWritten = order.json === undefined || (await writeJson(order.json, results, io));
  return isWritten && results.every((result) => !('error' in result)) ? EXIT.fine : EXIT.failed;
}

/** One file; undefined when the person stopped it. */
async function analyzeFile(
  file: string,
  { detector, wish, words, emoteFiles }: Order,
  io: CommandIo,
): Promise<FileResult | undefined> {
  using progress = new ProgressLine(io, { inLogs: false });
  try {
    const onProgress = (share: number) => progress.show(`reading ${printable(file)}: ${percent(share)}`);
    if (detector === 'surge') return { file, recording: await readRecording(file, { signal: io.signal, onProgress }) };
    const chatLog = await readLog(file, { words, emoteFiles, signal: io.signal, onProgress });
    progress.show(`looking for moments in ${printable(file)}`);
    return { file, chatLog, analysis: analyzeLog(chatLog, wish) };
  } catch (error) {
    if (io.signal.aborted) return undefined;
    if (error instanceof LogFileError) return { file, error: error.message };
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

function jsonOf({ file, chatLog, analysis }: { file: string; chatLog: ReadLog; analysis: LogAnalysis }) {
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

/** The order, or what is wrong with it. */
function readOrder(args: readonly string[]): Order | string {
  const parsed = parse(args);
  if (typeof parsed === 'string') return parsed;
  const { positionals: files, values } = parsed;
  if (files.length === 0) return 'Name at least one file.';
  const interval = values.interval === undefined ? undefined : Number(values.interval);
  const wrongInterval = interval === undefined ? undefined : intervalProblem(interval);
  if (wrongInterval !== undefined) return `--interval: ${wrongInterval}`;
  const threshold = Number(values.threshold ?? DEFAULT_THRESHOLD);
  if (!(threshold > 0 && threshold < 1)) return `--threshold: ${SETTINGS_TEXTS.threshold}`;
  const choice = readEmotes(values.emotes);
  if (typeof choice === 'string') return `--emotes: ${choice}`;
  const { json, 'emotes-file': emoteFiles = [] } = values;
  const detector = readDetector(values.detector);
  if (!detector) return '--detector: ratio or surge';
  return {
    files,
    json,
    detector,
    wish: { interval, threshold, emotes: choice.emotes },
    words: choice.words,
    emoteFiles,
  };
}

function readDetector(name = 'ratio'): Order['detector'] | undefined {
  return name === 'ratio' || name === 'surge' ? name : undefined;
}

function readEmotes(text = 'auto'): { emotes: AnalyzeWish['emotes']; words: string[] } | string {
  if (text === 'auto' || text === 'seed' || text === 'top') return { emotes: text, words: [] };
  const names = text
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
  if (names.length === 0) return SETTINGS_TEXTS.allowedEmotes;
  if (names.length > ALLOWED_EMOTES_MAX) return SETTINGS_TEXTS.allowedEmotesTooMany;
  const keys = names.map(emoteKey).filter((key) => key !== undefined);
  if (keys.length < names.length) return SETTINGS_TEXTS.allowedEmote;
  return { emotes: [...new Set(keys)], words: names.filter((name) => emoteKey(name)?.startsWith('text:')) };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        json: { type: 'string' },
        detector: { type: 'string' },
        interval: { type: 'string' },
        threshold: { type: 'string' },
        emotes: { type: 'string' },
        'emotes-file': { type: 'string', multiple: true },
      },
    });
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
