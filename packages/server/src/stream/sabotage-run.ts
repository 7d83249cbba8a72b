import type { ChannelDetector, EngineOptions, AnalyzedPartition, PositionedRecord } from '@ovation/moments';
import { FUTURE_MS, WINDOW_MS, windowStartOf } from '@ovation/moments';
import type { ActivityItem } from '@ovation/protocol';
import { analysisOf, DEFAULT_SETTINGS } from '@ovation/protocol';
import type { PartitionLease } from './partition-store.ts';
import type { Sabotage } from '../sabotage.ts';
import { sabotagedRatio } from './sabotage-ratio.ts';

/** Applies a switch of sabotage.ts to a run of the analyzer. For tests only. */
export function sabotagedStart(sabotage: Sabotage, { from }: PartitionLease): PartitionLease['from'] {
  if (!from) return undefined;
  const partition: AnalyzedPartition = { ...from.partition };
  if (sabotage === 'frontier-not-restored') Object.assign(partition, { watermark: 0, appendedAt: 0, holdUntil: 0 });
  if (sabotage === 'sources-not-restored') partition.sources = {};
  const channels = new Map(
    [...from.channels].map(([name, channel]) => {
      if (sabotage === 'settings-from-stream-only') {
        return [name, { ...channel, version: 0, analysis: analysisOf(DEFAULT_SETTINGS) }];
      }
      return [name, sabotage === 'detector-state-not-restored' ? { ...channel, detectors: {} } : channel];
    }),
  );
  return { partition, channels };
}

export function sabotagedOptions(sabotage: Sabotage, options: EngineOptions, generation: number): EngineOptions {
  if (sabotage === 'no-standstill-hold') return { ...options, standstillMs: Number.POSITIVE_INFINITY };
  if (sabotage === 'new-moment-id-per-run') return { ...options, tenant: String(generation) };
  if (sabotage === 'new-moment-id-per-revision') {
    return { ...options, channelDetectors: (options.channelDetectors ?? []).map(forgetfulOfItsStart) };
  }
  const ratio = sabotagedRatio(sabotage);
  return ratio ? { ...options, detectors: [ratio] } : options;
}

function forgetfulOfItsStart(detector: ChannelDetector<never>): ChannelDetector<never> {
  return {
    ...detector,
    onSecond: (state, passed, context) =>
      detector.onSecond(state, passed, context).map((finding) => ({ ...finding, startAt: passed.to })),
  };
}

/** Changes records on their way into the engine. */
export class SabotagedRecords {
  readonly #sabotage: Sabotage;
  #latest = 0;
  #applied: number;
  #settings: (PositionedRecord & { window: number })[] = [];

  constructor(sabotage: Sabotage, offset: number) {
    this.#sabotage = sabotage;
    this.#applied = offset;
  }

  of(record: PositionedRecord, nowMs: number): PositionedRecord[] {
    switch (this.#sabotage) {
      case 'wall-clock-closing':
        return [this.#at(record, nowMs)];
      case 'event-time-closing':
        return [this.#at(record, eventTimeOf(record))];
      case 'offsets-applied-again':
        this.#applied += 1;
        return [{ ...record, offset: this.#applied }];
      case 'settings-from-next-window':
        return this.#delayed(record);
      default:
        return [{ ...record, record: changed(this.#sabotage, record) }];
    }
  }

  /** Falling times would be another fault, so they are not allowed. */
  #at(record: PositionedRecord, atMs: number): PositionedRecord {
    this.#latest = Math.max(this.#latest, atMs);
    return { ...record, appendedAt: this.#latest };
  }

  #delayed(record: PositionedRecord): PositionedRecord[] {
    const window = windowStartOf(record.appendedAt);
    if (record.record?.k === 's') {
      this.#settings.push({ ...record, window: window + WINDOW_MS });
      return [{ ...record, record: null }];
    }
    const due = this.#settings.findIndex((waiting) => waiting.window <= window);
    const [settings] = due === -1 ? [] : this.#settings.splice(due, 1);
    // Replaces a tick, so that the number of records stays the same.
    return settings && record.record?.k === 't' ? [{ ...record, record: settings.record }] : [record];
  }
}

function changed(sabotage: Sabotage, { appendedAt, offset, record }: PositionedRecord): PositionedRecord['record'] {
  if (!record) return record;
  if (sabotage === 'no-source-dedupe' && 'src' in record) return { ...record, src: `${offset}` };
  if (sabotage === 'older-settings-win' && record.k === 's') return { ...record, ver: offset + 1 };
  if (record.k !== 'i') return record;
  return {
    ...record,
    items: record.items.map((item, index) => changedItem(sabotage, item, { appendedAt, offset, index })),
  };
}

interface ItemPlace {
  readonly appendedAt: number;
  readonly offset: number;
  readonly index: number;
}

function changedItem(sabotage: Sabotage, item: ActivityItem, { appendedAt, index, offset }: ItemPlace): ActivityItem {
  const id = `${offset}/${index}`;
  if (sabotage === 'ids-counted-again' && item.id !== undefined) return { ...item, id };
  // The engine limits the time of items without an id.
  if (sabotage === 'stamps-not-clamped' && item.id === undefined) return { ...item, id };
  const isFuture = item.id !== undefined && item.t > appendedAt + FUTURE_MS;
  if (sabotage === 'future-items-counted' && isFuture) return { ...item, t: appendedAt };
  return item;
}

function eventTimeOf({ appendedAt, record }: PositionedRecord): number {
  if (record?.k === 'd') return record.t;
  if (record?.k === 'i') return Math.max(...record.items.map(({ t }) => t));
  return appendedAt;
}
