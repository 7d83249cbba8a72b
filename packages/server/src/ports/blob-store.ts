/** Uploads and exports: whole files by key. A blob is there in full or not at all, and never changes but as a whole. */
export interface BlobStore extends AsyncDisposable {
  /**
   * Stores what `body` yields under `key`, in place of what was there. It is visible only when it is whole and on the
   * disk. When it rejects, what was there before is still there.
   * @throws BlobError `wrong_key`, `too_large`, `disk_full`, `unavailable`; and whatever `body` throws
   */
  put(key: string, body: AsyncIterable<Uint8Array>, options: { maxBytes: number }): Promise<BlobInfo>;
  /**
   * The blob as it is now: one that is replaced or deleted meanwhile is still read to its end. Reading the body to its
   * end closes it; a reader that stops early disposes of the blob.
   * @throws BlobError `wrong_key`, `wrong_range`, `unavailable`
   */
  get(key: string, range?: ByteRange): Promise<Blob | undefined>;
  head(key: string): Promise<BlobInfo | undefined>;
  /** Whether there was one. */
  delete(key: string): Promise<boolean>;
  /** Blobs whose key starts with `prefix` and comes after `after`, in the order of their keys (UTF-16). */
  list(prefix: string, options?: { after?: string; limit?: number }): Promise<BlobInfo[]>;
}

export interface BlobInfo {
  readonly key: string;
  readonly bytes: number;
  /** of the content, hex */
  readonly sha256: string;
  /** when it was put, ISO 8601 UTC */
  readonly storedAt: string;
}

/** Both ends belong to it, as in HTTP; an end beyond the last byte means the last byte. */
export interface ByteRange {
  readonly from: number;
  readonly to?: number;
}

export interface Blob extends AsyncDisposable {
  readonly info: BlobInfo;
  readonly body: AsyncIterable<Uint8Array>;
}

type BlobErrorCode = 'wrong_key' | 'wrong_range' | 'too_large' | 'disk_full' | 'unavailable';

export class BlobError extends Error {
  readonly code: BlobErrorCode;

  constructor(code: BlobErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'BlobError';
    this.code = code;
  }
}

const KEY = /^[a-z0-9][a-z0-9._-]{0,99}(?:\/[a-z0-9][a-z0-9._-]{0,99}){0,7}$/;

/**
 * A key is 1 to 8 parts with slashes between them, each of 1 to 100 small letters, digits, `.`, `_` or `-` that starts
 * with a letter or digit: what every file system and object store takes and none mixes up with another.
 * @throws BlobError `wrong_key`
 */
export function checkBlobKey(key: string): void {
  if (KEY.test(key)) return;
  throw new BlobError(
    'wrong_key',
    'A key is 1 to 8 parts of 1 to 100 small letters, digits, ".", "_" or "-", with slashes between them',
  );
}
