import {
  CreateBucketCommand,
  ListMultipartUploadsCommand,
  ListObjectsV2Command,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { describeBlobStoreContract } from '../../../test/contracts/blob-store.contract.ts';
import { blobServiceOf, isOwnStore } from '../../../test/services/s3.ts';
import type { BlobService } from '../../config/services.ts';
import { PART_MAX_BYTES } from '../../ports/blob-store.ts';
import { openS3BlobStore } from './blob-store.ts';
import { type Bucket, openBucket } from './bucket.ts';

let made = 0;
/** Every test has a bucket of its own. */
async function freshBucket(): Promise<BlobService> {
  const service = blobServiceOf(inject('engines').s3, `ovation-test-${process.pid}-${made++}`);
  const { client, name } = openBucket(service);
  await client.send(new CreateBucketCommand({ Bucket: name }));
  client.destroy();
  return service;
}

async function* repeated(chunk: Uint8Array, times: number): AsyncGenerator<Uint8Array> {
  for (let n = 0; n < times; n++) yield chunk;
}

describeBlobStoreContract('S3', async () => openS3BlobStore({ service: await freshBucket() }), {
  // Of the store that the tests start themselves.
  knowsEndedUploads: !isOwnStore(inject('engines').s3),
});

describe('a bucket', () => {
  let service: BlobService;
  let bucket: Bucket;
  beforeAll(async () => {
    service = await freshBucket();
    bucket = openBucket(service);
  });
  afterAll(() => bucket.client.destroy());
  const roomy = { maxBytes: 100_000_000 };

  it('holds what was put in parts as one object, and nothing else', async () => {
    await using store = await openS3BlobStore({ service });
    const chunk = Buffer.alloc(1_000_000, 'x');
    const info = await store.put('large', repeated(chunk, 20), roomy);
    expect(info.bytes).toBe(20_000_000);
    let read = 0;
    for await (const piece of (await store.get('large'))?.body ?? []) read += piece.length;
    expect(read).toBe(20_000_000);
    const { Contents } = await bucket.client.send(new ListObjectsV2Command({ Bucket: bucket.name }));
    expect(Contents?.map(({ Key }) => Key)).toEqual(['large']);
  });

  it('holds nothing of what broke off or was too large, however many parts had arrived', async () => {
    await using store = await openS3BlobStore({ service });
    async function* broken(): AsyncGenerator<Uint8Array> {
      yield Buffer.alloc(PART_MAX_BYTES + 1);
      throw new Error('connection lost');
    }
    await expect(store.put('broken', broken(), roomy)).rejects.toThrow('connection lost');
    const large = repeated(Buffer.alloc(PART_MAX_BYTES), 3);
    const limit = { maxBytes: 2 * PART_MAX_BYTES };
    await expect(store.put('broken', large, limit)).rejects.toMatchObject({ code: 'too_large' });
    const { Uploads = [] } = await bucket.client.send(new ListMultipartUploadsCommand({ Bucket: bucket.name }));
    expect(Uploads).toEqual([]);
    expect(await store.list('broken')).toEqual([]);
  });

  it('tells a wrong secret, a wrong key and a missing bucket from an outage, and keeps them out of its words', async () => {
    const wrong: readonly (readonly [Partial<BlobService>, RegExp])[] = [
      [{ secretAccessKey: 'not-the-secret' }, /does not take this secret/],
      [{ accessKeyId: 'not-the-key' }, /does not know this access key/],
      [{ bucket: 'not-the-bucket' }, /no bucket of this name/],
    ];
    for (const [change, words] of wrong) {
      await using store = await openS3BlobStore({ service: { ...service, ...change } });
      const refused = store.put('k', repeated(Buffer.from('x'), 1), roomy);
      await expect(refused).rejects.toMatchObject({ code: 'unavailable', message: expect.stringMatching(words) });
      await expect(refused).rejects.not.toThrow(/not-the-/);
    }
  });

  it('says that the store is away', async () => {
    await using store = await openS3BlobStore({ service: { ...service, endpoint: 'http://127.0.0.1:1' } });
    await expect(store.list('')).rejects.toMatchObject({ code: 'unavailable' });
    await expect(store.get('k')).rejects.toMatchObject({ code: 'unavailable' });
  });

  it('says that another program has put an object', async () => {
    await using store = await openS3BlobStore({ service });
    await bucket.client.send(new PutObjectCommand({ Bucket: bucket.name, Key: 'foreign', Body: 'x' }));
    await expect(store.get('foreign')).rejects.toMatchObject({ message: expect.stringContaining('another program') });
  });
});
