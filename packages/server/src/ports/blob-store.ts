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
  readonly uploads: BlobUploads;
}

/**
 * Blobs that arrive in parts, in any order, over any time and through any process. Nothing is visible under the key before
 * the parts are joined. An upload that is neither completed nor aborted stays until `abortOld`.
 */
export interface BlobUploads {
  /** @returns the name of the upload, which the other calls take. @throws BlobError `wrong_key`, `disk_full`, `unavailable` */
  begin(key: string): Promise<string>;
  /**
   * Stores part `n` (1 to 10,000), in place of what was there under that number.
   * @throws BlobError `wrong_upload`, `wrong_part` (its number, or more than `PART_MAX_BYTES`), `disk_full`, `unavailable`;
   *   and whatever `body` throws
   */
  putPart(upload: string, n: number, body: AsyncIterable<Uint8Array>): Promise<BlobPart>;
  /** Parts that are there, by their numbers. @throws BlobError `wrong_upload`, `unavailable` */
  parts(upload: string): Promise<BlobPart[]>;
  /**
   * Joins parts 1 to `count` to the blob, in place of what was there, and ends the upload. When it rejects, the upload is
   * still there, and so is the old blob.
   * @throws BlobError `wrong_upload`, `wrong_part` (one is missing, or one before the last has less than `PART_MIN_BYTES`),
   *   `too_large`, `disk_full`, `unavailable`
   */
  complete(upload: string, options: { count: number; maxBytes: number }): Promise<BlobInfo>;
  /** Forgets the upload and its parts. Does nothing when there is none. */
  abort(upload: string): Promise<void>;
  /** Aborts uploads that were begun before that time, ms since 1970. @returns how many */
  abortOld(beforeMs: number): Promise<number>;
}

export interface BlobPart {
  readonly n: number;
  readonly bytes: number;
}

/** Of every part but the last: what S3 asks for. */
export const PART_MIN_BYTES = 5_242_880;
/** A store may hold one part in memory. */
export const PART_MAX_BYTES = 8_388_608;
const PARTS_MAX = 10_000;

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

type BlobErrorCode =
  | 'wrong_key'
  | 'wrong_range'
  | 'wrong_upload'
  | 'wrong_part'
  | 'too_large'
  | 'disk_full'
  | 'unavailable';

export class BlobError extends Error {
  readonly code: BlobErrorCode;

  constructor(code: BlobErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'BlobError';
    this.code = code;
  }
}

const KEY = /^[a-z0-9][a-z0-9._-]{0,99}(?:\/[a-z0-9][a-z0-9._-]{0,99}){0,7}$/;

export function isBlobKey(key: string): boolean {
  return KEY.test(key);
}

/**
 * A key is 1 to 8 parts with slashes between them, each of 1 to 100 small letters, digits, `.`, `_` or `-` that starts
 * with a letter or digit: what every file system and object store takes and none mixes up with another.
 * @throws BlobError `wrong_key`
 */
export function checkBlobKey(key: string): void {
  if (isBlobKey(key)) return;
  throw new BlobError(
    'wrong_key',
    'A key is 1 to 8 parts of 1 to 100 small letters, digits, ".", "_" or "-", with slashes between them',
  );
}

/** @throws BlobError `wrong_part` */
export function checkPartNumber(n: number): void {
  if (Number.isInteger(n) && n >= 1 && n <= PARTS_MAX) return;
  throw new BlobError('wrong_part', `A part has a number from 1 to ${PARTS_MAX}, not ${n}`);
}

/**
 * The parts of which the object is made, in order: 1 to `count`. Further ones that were put are left out.
 * @throws BlobError `wrong_part`, `too_large`
 */
export function chooseParts<Part extends BlobPart>(
  there: readonly Part[],
  { count, maxBytes }: { count: number; maxBytes: number },
): Part[] {
  checkPartNumber(count);
  const byNumber = new Map(there.map((part) => [part.n, part]));
  let bytes = 0;
  return Array.from({ length: count }, (_, index) => {
    const part = byNumber.get(index + 1);
    if (!part) throw new BlobError('wrong_part', `Part ${index + 1} of ${count} is missing`);
    if (part.n < count && part.bytes < PART_MIN_BYTES)
      throw new BlobError('wrong_part', `Part ${part.n} has less than ${PART_MIN_BYTES} bytes and is not the last`);
    bytes += part.bytes;
    if (bytes > maxBytes) throw new BlobError('too_large', `The file is larger than the ${maxBytes} bytes it may have`);
    return part;
  });
}
