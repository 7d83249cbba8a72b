import { type AnalyzedChannel, type AnalyzedPartition, GRACE_MS, WINDOW_MS } from '@ovation/moments';
import type { EventLog, RecordBatch } from '../ports/event-log.ts';
import { analyzePartition, type AnalyzePartitionParts } from './analyze-partition.ts';
import type { PartitionStore } from './partition-store.ts';

export interface AnalyzeToEndParts extends Omit<AnalyzePartitionParts, 'eventLog' | 'onProgress' | 'onStep'> {
  readonly eventLog: EventLog;
  /** called with the number of records that were read */
  onRecords(n: number): void;
}

/** Analyzes a partition up to the end of the event log and stops there. */
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

/** The beginning of an event log whose first records are gone. */
export interface EventLogStart {
  /** start of the first window whose records are all in the event log, ms */
  readonly firstWindow: number;
  /** offset of the first record of the partition */
  readonly offset: number;
  /** settings in force before the first record that changes them */
  readonly channels: ReadonlyMap<string, AnalyzedChannel>;
}

/**
 * A store for an event log whose first records retention has removed. Windows with missing records count as closed, so
 * that their rows stay as they are.
 */
export function storeFrom(store: PartitionStore, { channels, firstWindow, offset }: EventLogStart): PartitionStore {
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
      // A channel that is deleted now stays so until a record says otherwise; what began again keeps its identity.
      const states = [...channels].map(([name, { analysis, born, goneAt }]): [string, AnalyzedChannel] => [
        name,
        {
          version: 0,
          analysis,
          windows: [],
          ...(born !== undefined && { born }),
          ...(goneAt !== undefined && { goneAt }),
        },
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

/** The first window whose timely reactions are all in an event log that begins at `atMs`. */
export function firstWholeWindow(atMs: number): number {
  return Math.ceil(atMs / WINDOW_MS) * WINDOW_MS;
}
