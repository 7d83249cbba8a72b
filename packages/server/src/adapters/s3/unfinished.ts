import { randomUUID } from 'node:crypto';
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  type CompletedPart,
  CopyObjectCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  ListMultipartUploadsCommand,
  ListObjectsV2Command,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import type { Bucket } from './bucket.ts';

/** No key of the port begins with this sign, so what lies here is seen by no call. */
export const UNFINISHED = '~unfinished/';

/** An object that is uploaded in parts under a name that readers do not use. */
export interface Unfinished {
  readonly key: string;
  readonly uploadId: string;
}

export async function beginUnfinished({ client, name }: Bucket): Promise<Unfinished> {
  const key = UNFINISHED + randomUUID();
  // Strict stores take checksums of parts only where the algorithm was named here.
  const command = new CreateMultipartUploadCommand({ Bucket: name, Key: key, ChecksumAlgorithm: 'CRC32' });
  const { UploadId: uploadId } = await client.send(command);
  if (uploadId === undefined) throw new Error('The store began an upload without a name');
  return { key, uploadId };
}

export async function uploadPart(
  { client, name }: Bucket,
  { key, uploadId }: Unfinished,
  n: number,
  bytes: Buffer,
): Promise<CompletedPart> {
  const part = { Bucket: name, Key: key, UploadId: uploadId, PartNumber: n, Body: bytes };
  const { ChecksumCRC32, ETag } = await client.send(new UploadPartCommand({ ...part, ChecksumAlgorithm: 'CRC32' }));
  return { PartNumber: n, ETag, ChecksumCRC32 };
}

/** The object is whole now, and still unseen. */
export async function joinParts(
  { client, name }: Bucket,
  { key, uploadId }: Unfinished,
  parts: readonly CompletedPart[],
): Promise<void> {
  const upload = { Bucket: name, Key: key, UploadId: uploadId, MultipartUpload: { Parts: [...parts] } };
  await client.send(new CompleteMultipartUploadCommand(upload));
}

/** Makes it visible under `target`, as a whole, with its hash, which is known only now. */
export async function publish({ client, name }: Bucket, key: string, target: string, sha256: string): Promise<void> {
  await client.send(
    new CopyObjectCommand({
      Bucket: name,
      Key: target,
      CopySource: `${name}/${key}`,
      Metadata: { sha256 },
      MetadataDirective: 'REPLACE',
    }),
  );
  await client.send(new DeleteObjectCommand({ Bucket: name, Key: key }));
}

export async function abortUnfinished({ client, name }: Bucket, { key, uploadId }: Unfinished): Promise<void> {
  await client.send(new AbortMultipartUploadCommand({ Bucket: name, Key: key, UploadId: uploadId }));
}

/** Removes what was begun before that time and is not finished yet, parts and whole objects. @returns how many */
export async function abortOldUnfinished(bucket: Bucket, beforeMs: number): Promise<number> {
  const { client, name } = bucket;
  const isOld = (at: Date | undefined) => at !== undefined && at.getTime() < beforeMs;
  let removed = 0;
  const { Uploads = [] } = await client.send(new ListMultipartUploadsCommand({ Bucket: name, Prefix: UNFINISHED }));
  for (const { Initiated, Key: key, UploadId: uploadId } of Uploads) {
    if (!isOld(Initiated) || key === undefined || uploadId === undefined) continue;
    await abortUnfinished(bucket, { key, uploadId });
    removed += 1;
  }
  const { Contents = [] } = await client.send(new ListObjectsV2Command({ Bucket: name, Prefix: UNFINISHED }));
  for (const { Key: key, LastModified } of Contents) {
    if (!isOld(LastModified)) continue;
    await client.send(new DeleteObjectCommand({ Bucket: name, Key: key }));
    removed += 1;
  }
  return removed;
}
