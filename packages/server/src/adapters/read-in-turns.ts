import type { RecordBatch } from '../ports/event-log.ts';

/** After so many records others get their turn: a long replay must not keep sockets waiting. */
const RECORDS_PER_TURN = 1_000;

export interface ReadingInTurns {
  readonly cursors: readonly { next(maxRecords: number): RecordBatch | undefined }[];
  readonly maxRecords: number;
  /** True when no cursor will ever have more. */
  isDone(): boolean;
  stopped(): boolean;
  /**
   * Resolves when cursors may have more, or when reading is to stop. It is called in the turn in which the cursors said that
   * there is nothing, so no append can be missed in between.
   */
  more(): Promise<void>;
}

/** Takes the partitions in turn, so that a full one does not starve the others. */
export async function* readInTurns(reading: ReadingInTurns): AsyncGenerator<RecordBatch> {
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
    if (reading.stopped() || reading.isDone()) return;
    await reading.more();
  }
}
