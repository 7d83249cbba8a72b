import { ERRORS, type ErrorSpec } from '@ovation/protocol';
import { EventLogError } from './ports/event-log.ts';

/** SQLSTATE disk_full. */
const DATABASE_DISK_FULL = '53100';

/** What an error of storage means to a caller, at every door; undefined for any other error. */
export function storageProblemOf(error: unknown): ErrorSpec | undefined {
  if (isDatabaseFull(error)) return ERRORS.diskFull;
  if (!(error instanceof EventLogError)) return undefined;
  if (error.code === 'disk_full') return ERRORS.diskFull;
  if (error.code === 'unavailable') return ERRORS.unavailable;
  return error.code === 'too_large' ? ERRORS.tooLarge : undefined;
}

function isDatabaseFull(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return ('code' in error && error.code === DATABASE_DISK_FULL) || error.message.includes('No space left on device');
}
