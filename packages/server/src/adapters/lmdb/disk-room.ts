import { statfsSync } from 'node:fs';
import { bytesLeft, DISK_ROOM } from '../../disk-room.ts';
import { EventLogError } from '../../ports/event-log.ts';

/**
 * Refuses a transaction that may not fit, before LMDB begins it. lmdb-js 3.5.6 does not survive commits that the disk
 * refused: while it frees the pages of such a one (mdb_txn_abort, mdb_dlist_free), now and then the heap is found damaged,
 * and the process ends. A file system that cannot be asked has room.
 * @param bytes of records; 0 = positions and removals only, which may use what is kept for trimming
 * @throws EventLogError `disk_full`
 */
export function refuseWithoutRoom(folder: string, bytes: number): void {
  const room = roomOf(folder);
  if (room >= (bytes === 0 ? DISK_ROOM.trim : DISK_ROOM.append + 2 * bytes)) return;
  const sentence = `The disk of the event log is full (${room} bytes are left); nothing was appended`;
  throw new EventLogError('disk_full', sentence);
}

function roomOf(folder: string): number {
  try {
    return bytesLeft(statfsSync(folder));
  } catch {
    return Number.POSITIVE_INFINITY;
  }
}
