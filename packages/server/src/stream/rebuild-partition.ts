import type { AnalyzedChannel, AnalyzedPartition } from '@ovation/moments';
import { GRACE_MS, WINDOW_MS } from '@ovation/moments';
import type { EventLog, RecordBatch } from '../ports/event-log.ts';
import type { AnalyzePartitionParts } from './analyze-partition.ts';
import { analyzePartition } from './analyze-partition.ts';
import type { PartitionStore } from './partition-store.ts';

export interface AnalyzeToEndParts extends Omit<AnalyzePartitionParts, 'eventLog' | 'onProgress'> {
  readonly eventLog: EventLog;
  /** told how many records were read */
  onRecords(n: number): void;
}

/** Brings a partition to the log's end and stops there. */
export async function analyzeToEnd(parts: AnalyzeToEndParts): Promise<void> {
  const { eventLog } = parts;
  await analyzePartition({
    ...parts,
    eventLog: {
      read: (options) => counted(eventLog.read({ ...options, follow: false }), (n) => parts.onRecords(n)),
      commit: (...position) => eventLog.commit(...position),
      committed: (...of) => eventLog.committed(...of),
    },
    onProgress: () => undefined,
  });
}

async function* counted(batches: AsyncIterable<RecordBatch>, onRecords: (n: number) => void) {
  for await (const batch of batches) {
    yield batch;
    onRecords(batch.records.length);
  }
}

/** Where a log begins whose first records are gone. */
export interface LogStart {
  /** windows before this one are not whole in the log, ms */
  readonly firstWindow: number;
  /** of this partition's first record */
  readonly offset: number;
  /** settings in force before the first record that changes them */
  readonly channels: ReadonlyMap<string, AnalyzedChannel>;
}

/**
 * A store for a log whose first records retention has removed: windows that are not whole in it count as closed, so
 * that their rows stay as they are.
 */
export function storeFrom(store: PartitionStore, { channels, firstWindow, offset }: LogStart): PartitionStore {
  return {
    ...store,
    async takeOver() {
      const { generation } = await store.takeOver();
      const partition: AnalyzedPartition = {
        offset: offset - 1,
        watermark: firstWindow + GRACE_MS,
        appendedAt: 0,
        holdUntil: 0,
        sources: {},
      };
      const states = [...channels].map(([name, { analysis }]): [string, AnalyzedChannel] => [
        name,
        { version: 0, analysis, windows: [] },
      ]);
      return { generation, from: { partition, channels: new Map(states) } };
    },
    storeSnapshot: (generation, snapshot, late) =>
      store.storeSnapshot(
        generation,
        snapshot,
        late.filter(({ start }) => start >= firstWindow),
      ),
  };
}

/** The first window of which a log that begins at `atMs` has every reaction in time. */
export function firstWholeWindow(atMs: number): number {
  return Math.ceil(atMs / WINDOW_MS) * WINDOW_MS;
}
