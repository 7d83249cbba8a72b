import { createHash } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { BlobStore } from '../../src/ports/blob-store.ts';

/** What every blob store does; its adapters' tests call this. */
export function describeBlobStoreContract(name: string, open: () => Promise<BlobStore>): void {
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
