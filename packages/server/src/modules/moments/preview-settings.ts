import { setImmediate as othersHaveTurned } from 'node:timers/promises';
import { decodeActivity, PartitionEngine } from '@ovation/moments';
import { type ActivityRecord, analysisOf, partitionOf, type Preview, type Settings, TOPICS } from '@ovation/protocol';
import type { Clock } from '../../ports/clock.ts';
import type { EventLog } from '../../ports/event-log.ts';

const HOUR_MS = 3_600_000;
/** Longer turns would be felt by viewers. */
const TURN_MS = 8;

/**
 * What these settings would have given over the last hour: the channel's own records of the log through a fresh engine,
 * with the settings in force from the start. A moment that was shown and no longer held at the end counts: viewers
 * would have seen it.
 */
export async function previewSettings(
  parts: { eventLog: EventLog; clock: Clock; activityPartitions: number },
  channel: string,
  settings: Settings,
): Promise<Preview> {
  const now = parts.clock.now();
  const partition = partitionOf(channel, parts.activityPartitions);
  const from = await parts.eventLog.offsetAt(TOPICS.activity, partition, now - HOUR_MS);
  // The settings are for `ratio`: moments of surge do not depend on them.
  let engine = new PartitionEngine({ channelDetectors: [] });
  const body = analysisOf(settings);
  const ids = new Set<string>();
  const preview = { moments: 0, windows: 0, reactions: 0, spanMs: 0 };
  let startedAt: number | undefined;
  const collect = () => {
    const output = engine.takeOutput();
    for (const moment of output.moments) ids.add(moment.id);
    preview.reactions += output.counted;
    preview.windows += output.closed.length;
  };
  let offset = 0;
  let turnBegan = performance.now();
  const reading = { topic: TOPICS.activity, from: new Map([[partition, from]]), follow: false };
  for await (const batch of parts.eventLog.read(reading)) {
    for (const { appendedAt, value } of batch.records) {
      if (performance.now() - turnBegan >= TURN_MS) {
        await othersHaveTurned();
        turnBegan = performance.now();
      }
      const decoded = decodeActivity(value);
      const record = decoded.ok ? ofChannel(decoded.record, channel) : null;
      if (record?.k === 's') {
        // The channel was deleted here: this one began later.
        engine = new PartitionEngine({ channelDetectors: [] });
        ids.clear();
        Object.assign(preview, { moments: 0, windows: 0, reactions: 0 });
        startedAt = undefined;
        continue;
      }
      if (startedAt === undefined) {
        startedAt = appendedAt;
        engine.apply({ offset: offset++, appendedAt, record: { k: 's', ch: channel, ver: 1, body } });
      }
      engine.apply({ offset: offset++, appendedAt, record });
    }
    collect();
  }
  if (startedAt !== undefined) preview.spanMs = Math.min(HOUR_MS, Math.round(now - startedAt));
  return { ...preview, moments: ids.size };
}

/** The part of a record that concerns one channel; of its settings in the log only its deletion. */
function ofChannel(record: ActivityRecord, channel: string): ActivityRecord | null {
  if (record.k === 'd') {
    const activity = record.ch[channel];
    // Kept without the channel: its number must still be seen, or a repeat would count.
    return { ...record, ch: activity ? { [channel]: activity } : {} };
  }
  if (record.k === 'i') return record.ch === channel ? record : null;
  if (record.k === 's') return record.ch === channel && record.gone ? record : null;
  return record;
}
