import type { RecordBatch } from '../../ports/event-log.ts';
import type { PartitionCursor } from './partition-cursor.ts';

/** After so many records others get their turn: a long replay must not keep sockets waiting. */
const RECORDS_PER_TURN = 1_000;

export interface Reading {
  readonly cursors: readonly PartitionCursor[];
  readonly maxRecords: number;
  readonly stopped: () => boolean;
  /** Resolves when cursors may have more, or when reading is to stop. */
  readonly more: () => Promise<void>;
}

/** Takes the partitions in turn, so that a full one does not starve the others. */
export async function* readTopic({ cursors, maxRecords, stopped, more }: Reading): AsyncGenerator<RecordBatch> {
  let recordsOfTurn = 0;
  for (;;) {
    let delivered = false;
    for (const cursor of cursors) {
      if (stopped()) return;
      const batch = cursor.next(maxRecords);
      if (!batch) continue;
      delivered = true;
      yield batch;
      recordsOfTurn += batch.records.length;
      if (recordsOfTurn < RECORDS_PER_TURN) continue;
      recordsOfTurn = 0;
      await new Promise((resolve) => setImmediate(resolve));
    }
    if (delivered) continue;
    if (stopped() || cursors.every(({ isDone }) => isDone)) return;
    await more();
  }
}
