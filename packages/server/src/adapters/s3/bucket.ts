import { S3Client } from '@aws-sdk/client-s3';
import type { BlobService } from '../../config/services.ts';
import { BlobError } from '../../ports/blob-store.ts';

const CONNECT_LIMIT_MS = 2_000;
/** of silence, while a request or answer is on its way */
const SILENCE_LIMIT_MS = 15_000;
const ATTEMPTS = 3;
const FULL_STATUS = 507;

/** What the calls of the store share. */
export interface Bucket {
  readonly client: S3Client;
  readonly name: string;
}

export function openBucket({ accessKeyId, bucket, endpoint, region, secretAccessKey }: BlobService): Bucket {
  const client = new S3Client({
    region,
    credentials: { accessKeyId, secretAccessKey },
    maxAttempts: ATTEMPTS,
    // A store that does not know it would hold every part up for seconds.
    expectContinueHeader: false,
    requestHandler: { connectionTimeout: CONNECT_LIMIT_MS, socketTimeout: SILENCE_LIMIT_MS },
    // Stores of others have one name for all buckets.
    ...(endpoint !== undefined && { endpoint, forcePathStyle: true }),
  });
  return { client, name: bucket };
}

/** Answers of S3 that a person can mend, by their names. */
const REFUSALS: Readonly<Record<string, string>> = {
  SignatureDoesNotMatch: 'The store does not take this secret access key',
  InvalidAccessKeyId: 'The store does not know this access key',
  AccessDenied: 'The store does not allow this access key to use the bucket',
  NoSuchBucket: 'The store has no bucket of this name',
  PermanentRedirect: 'The bucket is in another region than the one that is configured',
};

/**
 * Runs a request.
 * @throws BlobError `disk_full`, `unavailable`; and what a body threw that was being sent
 */
export async function meant<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw meaningOf(error);
  }
}

export function meaningOf(error: unknown): unknown {
  if (error instanceof BlobError || !(error instanceof Error)) return error;
  const refusal = REFUSALS[error.name];
  if (refusal !== undefined) return new BlobError('unavailable', refusal, { cause: error });
  if (error.name === 'QuotaExceeded' || statusOf(error) === FULL_STATUS)
    return new BlobError('disk_full', 'The store is full; the file was not stored', { cause: error });
  return new BlobError('unavailable', `The store could not be used (${error.name}: ${error.message})`, {
    cause: error,
  });
}

export function isMissing(error: unknown): boolean {
  return error instanceof Error && ['NoSuchKey', 'NotFound'].includes(error.name);
}

export function isWrongRange(error: unknown): boolean {
  return error instanceof Error && error.name === 'InvalidRange';
}

export function isWrongUpload(error: unknown): boolean {
  return error instanceof Error && error.name === 'NoSuchUpload';
}

function statusOf(error: Error): number | undefined {
  if (!('$metadata' in error)) return undefined;
  const { $metadata: metadata } = error;
  if (typeof metadata !== 'object' || metadata === null || !('httpStatusCode' in metadata)) return undefined;
  return typeof metadata.httpStatusCode === 'number' ? metadata.httpStatusCode : undefined;
}
