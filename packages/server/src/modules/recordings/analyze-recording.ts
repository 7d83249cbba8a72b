import { type ChatImport, type ChatMessage, ImportError, type ImportReport, stampOf } from '@ovation/formats';
import {
  type AudienceMessage,
  bestMoments,
  createSurge,
  type FoundMoment,
  MessageActivity,
  MOMENTS_PER_HOUR,
} from '@ovation/moments';
import { chatsIn, type ReadingOptions } from './reading/chats-in.ts';
import type { GivenFile } from './unpacking/logs-in.ts';

/** What a chat log shows: the same from `ovation analyze --detector surge --json` and from the API. */
export interface RecordingAnalysis extends Readonly<ImportReport> {
  readonly detector: 'surge';
  /** one sentence for each thing that was left out or is unusual */
  readonly warnings: readonly string[];
  /** moments that were found; the best of them are in `moments` */
  readonly found: number;
  readonly momentsPerHour: number;
  /** in order of time */
  readonly moments: readonly ReturnType<typeof recordingMoment>[];
  /** minute of stream time and how many messages were written in it; minutes without are left out */
  readonly messagesByMinute: readonly (readonly [minute: number, messages: number])[];
}

/**
 * The moments of a file with one chat log, or with parts that are to be joined.
 * @throws ImportError for a file that cannot be read or holds several logs; errors of the source pass through
 */
export async function analyzeRecording(file: GivenFile, options: ReadingOptions = {}): Promise<RecordingAnalysis> {
  const leftOut: string[] = [];
  const onLeftOut = (name: string, reason: string) => leftOut.push(`Left out: ${name}: ${reason}`);
  const chats = chatsIn([file], { ...options, onLeftOut });
  let only: { readonly name: string; readonly analysis: RecordingAnalysis } | undefined;
  for await (const { name, chat } of chats) {
    if (only) throw new ImportError(`The file holds several chat logs (${only.name}, ${name}): ${ONE_OR_PARTS}`);
    only = { name, analysis: await analyzeChat(chat) };
  }
  // A file without a log is an error of its own.
  if (!only) throw new ImportError('The file holds no chat log');
  const { analysis } = only;
  return { ...analysis, warnings: [...analysis.warnings, ...leftOut] };
}

const ONE_OR_PARTS = 'send one, or join them (join=true) if they are parts of one broadcast';

/**
 * Import → activity → surge, as a stream: memory does not grow with the file's length, only with its minutes and moments.
 * Messages typed while watching the recording are left out, and so are those from before the start: it is no moment of the
 * broadcast that a waiting room is full.
 * @param onRead called for each piece of the log
 * @throws ImportError for a log that cannot be read
 */
export async function analyzeChat(chat: ChatImport, onRead: () => void = () => {}): Promise<RecordingAnalysis> {
  const activity = new MessageActivity();
  const surge = createSurge({ mode: 'afterwards' });
  const found: FoundMoment[] = [];
  const minutes = new Map<number, number>();
  const keep = (moments: readonly FoundMoment[]) => {
    for (const moment of moments) if (moment.state === 'confirmed') found.push(moment);
  };
  for await (const batch of chat.batches()) {
    for (const message of batch) {
      if (message.kind === 'recording' || message.offsetMs < 0) continue;
      const minute = Math.floor(message.offsetMs / 60_000);
      minutes.set(minute, (minutes.get(minute) ?? 0) + 1);
      const second = activity.add(audienceMessage(message));
      if (second) keep(surge.add(second));
    }
    onRead();
  }
  const last = activity.end();
  if (last) keep(surge.add(last));
  keep(surge.end());
  const { report } = chat;
  // Of what was written, not of the broadcast: the file may hold a part of it.
  const seconds = (report.lastMs - Math.max(0, report.firstMs)) / 1_000;
  return {
    ...report,
    detector: 'surge',
    warnings: warningsOf(report),
    found: found.length,
    momentsPerHour: MOMENTS_PER_HOUR,
    moments: bestMoments(found, seconds).map(recordingMoment),
    messagesByMinute: [...minutes].toSorted(([a], [b]) => a - b),
  };
}

/** A message that moderators removed is counted, but its words are never shown. */
function audienceMessage({ author, bot, deleted, emotes, kind, offsetMs, text }: ChatMessage): AudienceMessage {
  return {
    at: offsetMs / 1_000,
    author,
    text: deleted ? '' : text,
    emotes: emotes.filter(({ key }) => !key.startsWith('unicode:')).map(({ name }) => name),
    ...(kind === 'notice' && { notice: noticeOf(text) }),
    ...(bot && { isBot: true }),
  };
}

const RAID = /\braid(?:s|ed|ers?|ing)?\b/iu;

/** What a notice tells about, by its words: logs rarely name it otherwise. */
export function noticeOf(text: string): 'raid' | 'other' {
  return RAID.test(text) ? 'raid' : 'other';
}

/** A moment as the API and `--json` tell it: in seconds of stream time, and `time` as `h:mm:ss`. */
function recordingMoment({ end, peak, reasons, score, start }: FoundMoment) {
  return {
    startSeconds: start,
    endSeconds: end,
    peakSeconds: peak,
    time: stampOf(start * 1_000),
    score,
    reasons,
  };
}

function warningsOf(report: Readonly<ImportReport>): string[] {
  const { deleted, early, messages, outOfOrder, recording, repeated, skipped, skips } = report;
  const [first] = skips;
  const warnings = [
    early > 0 && `Written before the start, in no moment: ${early}`,
    repeated > 0 && `Left out, because an earlier message has the same id: ${repeated}`,
    first && `Skipped: ${skipped}; the first is ${first.where}: ${first.reason}`,
    outOfOrder > 0 && `Out of order by up to a minute, kept: ${outOfOrder}`,
    recording > 0 && `Typed while watching the recording, left out: ${recording}`,
    deleted > 0 && `Removed by moderators, counted without their words: ${deleted}`,
    messages === 0 && 'The file holds no message',
  ];
  return warnings.filter((warning) => typeof warning === 'string');
}
