import { statfsSync } from 'node:fs';
import { EventLogError } from '../../ports/event-log.ts';

/** What a transaction may take beside its records: pages of the trees, of the free list, the last page of each block. */
const RESERVE_BYTES = 4 * 1024 * 1024;
/** What is left for trimming when nothing is appended any more: without it a log that filled its disk stays full. */
const TRIMMING_RESERVE_BYTES = 1024 * 1024;

/**
 * Refuses a transaction that may not fit, before LMDB begins it. lmdb-js 3.5.6 does not survive commits that the disk
 * refused: while it frees the pages of such a one (mdb_txn_abort, mdb_dlist_free), now and then the heap is found damaged,
 * and the process ends. A file system that cannot be asked has room.
 * @param bytes of records; 0 = positions and removals only, which may use what is kept for trimming
 * @throws EventLogError `disk_full`
 */
export function refuseWithoutRoom(folder: string, bytes: number): void {
  const room = roomOf(folder);
  if (room >= (bytes === 0 ? TRIMMING_RESERVE_BYTES : RESERVE_BYTES + 2 * bytes)) return;
  const sentence = `The disk of the event log is full (${room} bytes are left); nothing was appended`;
  throw new EventLogError('disk_full', sentence);
}

function roomOf(folder: string): number {
  try {
    const { bavail, bsize } = statfsSync(folder);
    return bavail * bsize;
  } catch {
    return Number.POSITIVE_INFINITY;
  }
}
