import type { RecordBatch } from '../../ports/event-log.ts';
import type { PartitionState } from './catalogue.ts';
import type { PartitionCursor } from './partition-cursor.ts';

/** After so many records others get their turn: a long replay must not keep sockets waiting. */
const RECORDS_PER_TURN = 1_000;

export interface Reading {
  readonly cursors: readonly PartitionCursor[];
  readonly maxRecords: number;
  readonly follow: boolean;
  stopped(): boolean;
  /** Resolves when one of the partitions has more, or when reading is to stop. */
  more(): Promise<void>;
}

/** Takes the partitions in turn, so that a full one does not starve the others. */
export async function* readTopic(reading: Reading): AsyncGenerator<RecordBatch> {
  let recordsOfTurn = 0;
  for (;;) {
    let delivered = false;
    for (const cursor of reading.cursors) {
      if (reading.stopped()) return;
      const batch = cursor.next(reading.maxRecords);
      if (!batch) continue;
      delivered = true;
      yield batch;
      recordsOfTurn += batch.records.length;
      if (recordsOfTurn < RECORDS_PER_TURN) continue;
      recordsOfTurn = 0;
      await new Promise((resolve) => setImmediate(resolve));
    }
    if (delivered) continue;
    if (!reading.follow || reading.stopped()) return;
    // Nothing was awaited since the cursors said that there is nothing, so no append can be missed here.
    await reading.more();
  }
}

/** Resolves when something was appended to one of the partitions, when `signal` aborts or when the log closes. */
export function appended(
  partitions: readonly PartitionState[],
  end: { signal: AbortSignal | undefined; closing: Set<() => void> },
): Promise<void> {
  return new Promise((resolve) => {
    const awaken = () => {
      for (const { waiting } of partitions) waiting.delete(awaken);
      end.closing.delete(awaken);
      end.signal?.removeEventListener('abort', awaken);
      resolve();
    };
    for (const { waiting } of partitions) waiting.add(awaken);
    end.closing.add(awaken);
    end.signal?.addEventListener('abort', awaken);
  });
}
