import { decodeActivity } from '@ovation/moments';
import { type ActivityRecord, partitionOf, TOPICS } from '@ovation/protocol';
import type { Clock } from '../../../ports/clock.ts';
import type { EventLog } from '../../../ports/event-log.ts';
import type { Logger } from '../../../telemetry/logger.ts';

/** As long as the series that a board keeps by itself. */
const PAST_MS = 600_000;

/** second since 1970 → emote key → reactions */
export type PastReactions = ReadonlyMap<number, ReadonlyMap<string, number>>;

/**
 * The last ten minutes of a channel from the log, for the chart of the first viewer who comes: nobody listened to its
 * tallies until now. Without a log the chart just starts empty.
 */
export async function readPastReactions(
  parts: { eventLog: EventLog; clock: Clock; logger: Logger },
  channel: string,
): Promise<PastReactions> {
  const past = new Map<number, Map<string, number>>();
  try {
    const topic = await parts.eventLog.describeTopic(TOPICS.activity);
    if (!topic) return past;
    const partition = partitionOf(channel, topic.partitions);
    const from = await parts.eventLog.offsetAt(TOPICS.activity, partition, parts.clock.now() - PAST_MS);
    const reading = { topic: TOPICS.activity, from: new Map([[partition, from]]), follow: false };
    for await (const { records } of parts.eventLog.read(reading)) {
      for (const { appendedAt, value } of records) {
        const decoded = decodeActivity(value);
        if (decoded.ok) addRecord(past, channel, { record: decoded.record, appendedAt });
      }
    }
  } catch (error) {
    parts.logger.warn(
      { err: error, channel },
      'the past reactions of a channel cannot be read; its chart starts empty',
    );
  }
  return past;
}

function addRecord(
  past: Map<number, Map<string, number>>,
  channel: string,
  { record, appendedAt }: { record: ActivityRecord; appendedAt: number },
): void {
  const add = (at: number, emote: string, n: number) => {
    const second = Math.floor(Math.min(at, appendedAt) / 1000);
    const bin = past.get(second) ?? new Map<string, number>();
    bin.set(emote, (bin.get(emote) ?? 0) + n);
    past.set(second, bin);
  };
  // What was counted before a deletion belongs to a channel that is no more.
  if (record.k === 's' && record.ch === channel && record.gone) past.clear();
  if (record.k === 'd') {
    for (const [emote, n] of Object.entries(record.ch[channel]?.e ?? {})) add(record.t, emote, n);
  } else if (record.k === 'i' && record.ch === channel) {
    for (const { t, e, n } of record.items) add(t, e, n ?? 1);
  }
}
