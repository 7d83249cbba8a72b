import { type ChatMessage, type ImportOptions, type ImportReport, importChat, stampOf } from '@ovation/formats';
import {
  type AudienceMessage,
  bestMoments,
  createSurge,
  type FoundMoment,
  MessageActivity,
  MOMENTS_PER_HOUR,
} from '@ovation/moments';
import { gunzipByNode } from './gunzip-by-node.ts';

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
 * Import → activity → surge, as a stream: memory does not grow with the file's length, only with its minutes and moments.
 * Messages typed while watching the recording are left out.
 * @throws ImportError for a file that cannot be read; errors of the source pass through
 */
export async function analyzeRecording(
  source: AsyncIterable<Uint8Array>,
  options: ImportOptions = {},
): Promise<RecordingAnalysis> {
  const chat = importChat(source, { gunzip: gunzipByNode, ...options });
  const activity = new MessageActivity();
  const surge = createSurge({ mode: 'afterwards' });
  const found: FoundMoment[] = [];
  const minutes = new Map<number, number>();
  const keep = (moments: readonly FoundMoment[]) => {
    for (const moment of moments) if (moment.state === 'confirmed') found.push(moment);
  };
  for await (const batch of chat.batches()) {
    for (const message of batch) {
      if (message.kind === 'recording') continue;
      const minute = Math.floor(message.offsetMs / 60_000);
      minutes.set(minute, (minutes.get(minute) ?? 0) + 1);
      const second = activity.add(audienceMessage(message));
      if (second) keep(surge.add(second));
    }
  }
  const last = activity.end();
  if (last) keep(surge.add(last));
  keep(surge.end());
  const { report } = chat;
  // Of what was written, not of the broadcast: the file may hold a part of it.
  const seconds = (report.lastMs - report.firstMs) / 1_000;
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
    ...(kind === 'notice' && { notice: 'other' }),
    ...(bot && { isBot: true }),
  };
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

function warningsOf({ deleted, messages, outOfOrder, recording, skipped, skips }: Readonly<ImportReport>): string[] {
  const [first] = skips;
  const warnings = [
    first && `Skipped: ${skipped}; the first is ${first.where}: ${first.reason}`,
    outOfOrder > 0 && `Out of order by up to a minute, kept: ${outOfOrder}`,
    recording > 0 && `Typed while watching the recording, left out: ${recording}`,
    deleted > 0 && `Removed by moderators, counted without their words: ${deleted}`,
    messages === 0 && 'The file holds no message',
  ];
  return warnings.filter((warning) => typeof warning === 'string');
}
