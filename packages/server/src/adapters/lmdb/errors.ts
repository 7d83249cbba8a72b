import { statfs } from 'node:fs/promises';
import { EventLogError } from '../../ports/event-log.ts';

/** EFBIG: a file size limit. The two of LMDB stand only in lmdb.h. */
const DISK_FULL_CODES = { ENOSPC: 28, EFBIG: 27, EDQUOT: 122, MDB_MAP_FULL: -30792, MDB_TXN_FULL: -30788 };
const DISK_FULL = new Set<unknown>(Object.values(DISK_FULL_CODES));
const EIO = 5;
const NEARLY_FULL_BYTES = 16_777_216;

/** What a failed write of lmdb-js below `folder` means to the callers of `append`. */
export async function writeError(failure: unknown, folder: string): Promise<EventLogError> {
  const cause = await commitError(failure);
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
  const text = cause instanceof Error ? cause.message : String(cause);
  // LMDB calls a write that the disk took only in part EIO ("short write, filesystem full?" in mdb.c).
  if (DISK_FULL.has(code) || (code === EIO && (await isNearlyFull(folder)))) {
    const sentence = `The disk of the event log is full (${text}); nothing was appended`;
    return new EventLogError('disk_full', sentence, { cause });
  }
  return new EventLogError('unavailable', `The event log could not be written (${text})`, { cause });
}

async function isNearlyFull(folder: string): Promise<boolean> {
  try {
    const { bavail, bsize } = await statfs(folder);
    return bavail * bsize < NEARLY_FULL_BYTES;
  } catch {
    return false;
  }
}

/** lmdb-js says "Commit failed" and gives the reason in a promise beside it, which rejects with the reason. */
async function commitError(failure: unknown): Promise<unknown> {
  if (!(failure instanceof Error) || !('commitError' in failure)) return failure;
  try {
    await failure.commitError;
    return failure;
  } catch (error) {
    return error;
  }
}
