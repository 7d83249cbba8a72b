import { BlobError } from '../../ports/blob-store.ts';

/** What an error of the file system means for the port; other errors are what they are. */
export function meaningOf(error: unknown): unknown {
  const code = codeOf(error);
  if (code === 'ENOSPC' || code === 'EDQUOT' || code === 'EFBIG') {
    return new BlobError('disk_full', 'The disk is full; the file was not stored', { cause: error });
  }
  const isSystem = error instanceof Error && 'syscall' in error;
  return isSystem
    ? new BlobError('unavailable', `The file could not be used (${error.message})`, { cause: error })
    : error;
}

export function isMissing(error: unknown): boolean {
  return ['ENOENT', 'ENOTDIR'].includes(codeOf(error) ?? '');
}

export function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}
