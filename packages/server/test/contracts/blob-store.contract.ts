import { createHash } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { BlobError, type BlobStore, PART_MAX_BYTES, PART_MIN_BYTES } from '../../src/ports/blob-store.ts';

export interface BlobStoreTraits {
  /** Default true. Whether the store tells an upload that has ended from one without parts, as S3 does and S3Proxy does not. */
  readonly knowsEndedUploads?: boolean;
}

/** What every blob store does; its adapters' tests call this. */
export function describeBlobStoreContract(
  name: string,
  open: () => Promise<BlobStore>,
  { knowsEndedUploads = true }: BlobStoreTraits = {},
): void {
  describe(`${name} as a blob store`, () => {
    let store: BlobStore;
    beforeEach(async () => {
      store = await open();
    });
    afterEach(() => store[Symbol.asyncDispose]());
    const subject = () => store;

    describe('put and get', () => {
      describePutAndGet(subject);
    });
    describe('failures', () => {
      describeFailures(subject);
    });
    describe('list', () => {
      describeList(subject);
    });
    describe('uploads in parts', () => {
      describeUploads(subject);
      if (knowsEndedUploads) describeEndedUploads(subject);
    });
  });
}

type GetSubject = () => BlobStore;

async function* chunks(...parts: (string | Uint8Array)[]): AsyncGenerator<Uint8Array> {
  for (const part of parts) yield typeof part === 'string' ? Buffer.from(part) : part;
}

const roomy = { maxBytes: 10_000_000 };

async function textOf(
  store: BlobStore,
  key: string,
  range?: { from: number; to?: number },
): Promise<string | undefined> {
  const blob = await store.get(key, range);
  if (!blob) return undefined;
  const parts: Uint8Array[] = [];
  for await (const part of blob.body) parts.push(part);
  return Buffer.concat(parts).toString();
}

function describePutAndGet(subject: GetSubject): void {
  it('give back the bytes, their number and their SHA-256', async () => {
    const bytes = Uint8Array.from({ length: 300_000 }, (_, index) => (index * 31) % 256);
    const info = await subject().put('exports/a.bin', chunks(bytes.subarray(0, 7), bytes.subarray(7)), roomy);
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    expect(info).toMatchObject({ key: 'exports/a.bin', bytes: 300_000, sha256 });
    expect(Date.parse(info.storedAt)).toBeGreaterThan(0);
    expect(await subject().head('exports/a.bin')).toEqual(info);
    const blob = await subject().get('exports/a.bin');
    const parts: Uint8Array[] = [];
    for await (const part of blob?.body ?? []) parts.push(part);
    expect(Buffer.concat(parts).equals(bytes)).toBe(true);
  });

  it('hold an empty file, and know nothing of what was never put', async () => {
    expect(await subject().put('empty', chunks(), roomy)).toMatchObject({ bytes: 0 });
    expect(await textOf(subject(), 'empty')).toBe('');
    expect([await subject().get('no'), await subject().head('no'), await subject().delete('no')]).toEqual([
      undefined,
      undefined,
      false,
    ]);
  });

  it('replace as a whole: who reads the old one reads it to its end', async () => {
    await subject().put('k', chunks('a'.repeat(200_000)), roomy);
    const old = await subject().get('k');
    await subject().put('k', chunks('new'), roomy);
    let length = 0;
    for await (const part of old?.body ?? []) length += part.length;
    expect([length, await textOf(subject(), 'k')]).toEqual([200_000, 'new']);
  });

  it('can be looked at and given up unread', async () => {
    await subject().put('k', chunks('x'), roomy);
    const blob = await subject().get('k');
    expect(blob?.info.bytes).toBe(1);
    await blob?.[Symbol.asyncDispose]();
    expect(await subject().delete('k')).toBe(true);
  });

  it('show nothing before the last byte is there', async () => {
    await subject().put('k', chunks('old'), roomy);
    const seen: (string | undefined)[] = [];
    async function* slow(): AsyncGenerator<Uint8Array> {
      yield Buffer.from('first half, ');
      seen.push(await textOf(subject(), 'k'), (await subject().list('')).map(({ key }) => key).join());
      yield Buffer.from('second half');
    }
    await subject().put('k', slow(), roomy);
    expect([...seen, await textOf(subject(), 'k')]).toEqual(['old', 'k', 'first half, second half']);
  });

  it('answer ranges with both ends', async () => {
    await subject().put('k', chunks('0123456789'), roomy);
    expect(await textOf(subject(), 'k', { from: 2, to: 4 })).toBe('234');
    expect(await textOf(subject(), 'k', { from: 8 })).toBe('89');
    expect(await textOf(subject(), 'k', { from: 9, to: 99 })).toBe('9');
    await expect(subject().get('k', { from: 10 })).rejects.toMatchObject({ code: 'wrong_range' });
    await expect(subject().get('k', { from: 3, to: 2 })).rejects.toMatchObject({ code: 'wrong_range' });
    await expect(subject().get('k', { from: -1 })).rejects.toMatchObject({ code: 'wrong_range' });
  });

  it('forget what is deleted', async () => {
    await subject().put('a/b', chunks('x'), roomy);
    expect([await subject().delete('a/b'), await subject().delete('a/b'), await subject().head('a/b')]).toEqual([
      true,
      false,
      undefined,
    ]);
  });
}

function describeFailures(subject: GetSubject): void {
  it('too large a file leaves what was there', async () => {
    await subject().put('k', chunks('old'), { maxBytes: 3 });
    await expect(subject().put('k', chunks('ab', 'cd'), { maxBytes: 3 })).rejects.toMatchObject({ code: 'too_large' });
    expect(await textOf(subject(), 'k')).toBe('old');
  });

  it('a sender that breaks off leaves what was there, and its own error comes out', async () => {
    async function* broken(): AsyncGenerator<Uint8Array> {
      yield Buffer.from('part');
      throw new Error('connection lost');
    }
    await expect(subject().put('k', broken(), roomy)).rejects.toThrow('connection lost');
    expect([await subject().head('k'), await subject().list('')]).toEqual([undefined, []]);
  });

  it.each([
    '',
    '/',
    'a/',
    '/a',
    'a//b',
    '..',
    'a/../b',
    '.hidden',
    'A',
    'ä',
    'a b',
    'a~',
    'a\u0000',
    'x'.repeat(101),
    'a/b/c/d/e/f/g/h/i',
  ])('the key %j is refused by every call', async (key) => {
    const refusal = { code: 'wrong_key' };
    await expect(subject().put(key, chunks('x'), roomy)).rejects.toMatchObject(refusal);
    await expect(subject().get(key)).rejects.toMatchObject(refusal);
    await expect(subject().head(key)).rejects.toMatchObject(refusal);
    await expect(subject().delete(key)).rejects.toMatchObject(refusal);
  });
}

function describeUploads(subject: GetSubject): void {
  const first = Buffer.alloc(PART_MIN_BYTES, 'a');
  const whole = { count: 2, maxBytes: 20_000_000 };

  it('are joined in the order of their numbers, whatever order they came in, and seen only then', async () => {
    const { uploads } = subject();
    const upload = await uploads.begin('videos/a');
    expect(await uploads.putPart(upload, 2, chunks('the end'))).toEqual({ n: 2, bytes: 7 });
    await uploads.putPart(upload, 1, chunks('replaced below'));
    await uploads.putPart(upload, 1, chunks(first.subarray(0, 1_000), first.subarray(1_000)));
    expect(await uploads.parts(upload)).toEqual([
      { n: 1, bytes: PART_MIN_BYTES },
      { n: 2, bytes: 7 },
    ]);
    expect([await subject().head('videos/a'), await subject().list('')]).toEqual([undefined, []]);
    const info = await uploads.complete(upload, whole);
    const content = Buffer.concat([first, Buffer.from('the end')]);
    const sha256 = createHash('sha256').update(content).digest('hex');
    expect(info).toMatchObject({ key: 'videos/a', bytes: content.length, sha256 });
    expect(await subject().list('')).toEqual([info]);
    expect(await textOf(subject(), 'videos/a', { from: PART_MIN_BYTES - 1 })).toBe('athe end');
  });

  it('replace what was there as a whole; parts beyond the count are left out', async () => {
    const { uploads } = subject();
    await subject().put('k', chunks('old'), roomy);
    const upload = await uploads.begin('k');
    await uploads.putPart(upload, 1, chunks('new'));
    await uploads.putPart(upload, 2, chunks('left out'));
    expect(await textOf(subject(), 'k')).toBe('old');
    await uploads.complete(upload, { ...whole, count: 1 });
    expect(await textOf(subject(), 'k')).toBe('new');
  });

  it('stay as they were when they cannot be joined', async () => {
    const { uploads } = subject();
    const upload = await uploads.begin('k');
    await uploads.putPart(upload, 2, chunks('b'));
    const missing = uploads.complete(upload, whole);
    await expect(missing).rejects.toMatchObject({ code: 'wrong_part', message: expect.stringContaining('missing') });
    await uploads.putPart(upload, 1, chunks('too small for a first part'));
    await expect(uploads.complete(upload, whole)).rejects.toMatchObject({ code: 'wrong_part' });
    await uploads.putPart(upload, 1, chunks(first));
    const tooLarge = uploads.complete(upload, { ...whole, maxBytes: PART_MIN_BYTES });
    await expect(tooLarge).rejects.toMatchObject({ code: 'too_large' });
    expect(await subject().head('k')).toBeUndefined();
    expect(await uploads.complete(upload, whole)).toMatchObject({ bytes: PART_MIN_BYTES + 1 });
  });

  it('refuse parts that are too large, have no number, or break off', async () => {
    const { uploads } = subject();
    const upload = await uploads.begin('k');
    const large = chunks(Buffer.alloc(PART_MAX_BYTES), 'x');
    await expect(uploads.putPart(upload, 1, large)).rejects.toMatchObject({ code: 'wrong_part' });
    for (const n of [0, 1.5, 10_001])
      await expect(uploads.putPart(upload, n, chunks('x'))).rejects.toMatchObject({ code: 'wrong_part' });
    async function* broken(): AsyncGenerator<Uint8Array> {
      yield Buffer.from('part');
      throw new Error('connection lost');
    }
    await expect(uploads.putPart(upload, 1, broken())).rejects.toThrow('connection lost');
    expect(await uploads.parts(upload)).toEqual([]);
  });

  it('can be aborted, one by one and the old ones together', async () => {
    const { uploads } = subject();
    const [one, two, three] = [await uploads.begin('a'), await uploads.begin('b'), await uploads.begin('c')];
    await uploads.putPart(one, 1, chunks('x'));
    await uploads.abort(one);
    await uploads.abort(one);
    await expect(uploads.complete(one, { ...whole, count: 1 })).rejects.toThrow(BlobError);
    await uploads.putPart(two, 1, chunks('x'));
    expect(await uploads.abortOld(Date.now() - 3_600_000)).toBe(0);
    expect(await uploads.parts(two)).toEqual([{ n: 1, bytes: 1 }]);
    expect(await uploads.abortOld(Date.now() + 3_600_000)).toBe(2);
    for (const upload of [two, three])
      await expect(uploads.complete(upload, { ...whole, count: 1 })).rejects.toThrow(BlobError);
    expect(await subject().list('')).toEqual([]);
  });

  it.each(['', 'none', '../a', '00000000-0000-0000-0000-000000000000'])('know no upload %j', async (upload) => {
    const { uploads } = subject();
    const refusal = { code: 'wrong_upload' };
    await expect(uploads.putPart(upload, 1, chunks('x'))).rejects.toMatchObject(refusal);
    await expect(uploads.parts(upload)).rejects.toMatchObject(refusal);
    await expect(uploads.complete(upload, whole)).rejects.toMatchObject(refusal);
    await uploads.abort(upload);
  });

  it('refuse keys that the store refuses', async () => {
    await expect(subject().uploads.begin('../a')).rejects.toMatchObject({ code: 'wrong_key' });
  });
}

function describeEndedUploads(subject: GetSubject): void {
  it.each(['completed', 'aborted', 'too old'])('are unknown when they are %s', async (end) => {
    const { uploads } = subject();
    const upload = await uploads.begin('k');
    await uploads.putPart(upload, 1, chunks('x'));
    if (end === 'completed') await uploads.complete(upload, { count: 1, maxBytes: 1 });
    else if (end === 'aborted') await uploads.abort(upload);
    else await uploads.abortOld(Date.now() + 3_600_000);
    const refusal = { code: 'wrong_upload' };
    await expect(uploads.putPart(upload, 1, chunks('x'))).rejects.toMatchObject(refusal);
    await expect(uploads.parts(upload)).rejects.toMatchObject(refusal);
    await expect(uploads.complete(upload, { count: 1, maxBytes: 1 })).rejects.toMatchObject(refusal);
  });
}

function describeList(subject: GetSubject): void {
  it('answers keys in their order, by prefix, in pages; a blob and a folder may share a name', async () => {
    const keys = ['a', 'a-b', 'a.b', 'a/b', 'a/b/c', 'a0', 'b/x'];
    for (const key of keys.toReversed()) await subject().put(key, chunks(key), roomy);
    const listed = async (...args: Parameters<BlobStore['list']>) =>
      (await subject().list(...args)).map(({ key }) => key);
    expect(await listed('')).toEqual(keys);
    expect(await listed('a/')).toEqual(['a/b', 'a/b/c']);
    expect(await listed('a.')).toEqual(['a.b']);
    expect(await listed('', { after: 'a.b', limit: 2 })).toEqual(['a/b', 'a/b/c']);
    expect(await listed('none')).toEqual([]);
    expect(await listed('', { limit: 0 })).toEqual([]);
  });
}
