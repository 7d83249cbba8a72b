import { EventLogError } from '../../ports/event-log.ts';

/** ENOSPC, EFBIG (a file size limit), EDQUOT; MDB_MAP_FULL, MDB_TXN_FULL (both only in lmdb.h) */
const DISK_FULL = new Set<unknown>([28, 27, 122, -30792, -30788]);

/** What a failed write of lmdb-js means to the callers of `append`. */
export async function writeError(failure: unknown): Promise<EventLogError> {
  const cause = await commitError(failure);
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
  const text = cause instanceof Error ? cause.message : String(cause);
  if (DISK_FULL.has(code)) {
    return new EventLogError('disk_full', `The disk of the event log is full (${text}); nothing was appended`, {
      cause,
    });
  }
  return new EventLogError('unavailable', `The event log could not be written (${text})`, { cause });
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
