import type { StatsFs } from 'node:fs';
import { statfs } from 'node:fs/promises';

const MIB = 1024 * 1024;
const READY_BYTES = 16 * MIB;

/**
 * What has to be left of the disk of the data folder, in bytes. The marks are met in this order: `/ready` says no before
 * the log refuses a record, and trimming goes on after that.
 */
export const DISK_ROOM = {
  /** A new database and log; with less, a first start would fail in the middle of filling its folder. */
  firstStart: 2 * READY_BYTES,
  /** Less than this and the next batches may not fit. */
  ready: READY_BYTES,
  /** What a transaction may take beside its records: pages of the trees, of the free list, the last page of each block. */
  append: 4 * MIB,
  /** What is left for trimming when nothing is appended any more: without it a log that filled its disk stays full. */
  trim: MIB,
} as const;

export function bytesLeft({ bavail, bsize }: StatsFs): number {
  return bavail * bsize;
}

/** Whether the disk of `folder` can take more writes for a while. */
export async function diskHasRoom(folder: string): Promise<boolean> {
  return bytesLeft(await statfs(folder)) >= DISK_ROOM.ready;
}
