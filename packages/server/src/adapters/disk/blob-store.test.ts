import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { describeBlobStoreContract } from '../../../test/contracts/blob-store.contract.ts';
import { openDiskBlobStore } from './blob-store.ts';

const home = mkdtempSync(join(tmpdir(), 'ovation-blobs-'));
afterAll(() => rmSync(home, { recursive: true, force: true }));

let opened = 0;
const freshFolder = () => join(home, String(opened++));

describeBlobStoreContract('disk', () => openDiskBlobStore({ folder: freshFolder() }));

async function* text(value: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(value);
}

describe('the folder of the disk store', () => {
  it('keeps blobs over a restart and loses what a crash left unfinished', async () => {
    const folder = freshFolder();
    const first = await openDiskBlobStore({ folder });
    await first.put('a/b', text('kept'), { maxBytes: 10 });
    writeFileSync(join(folder, '~unfinished', 'half'), 'ha');
    const second = await openDiskBlobStore({ folder });
    expect(await second.list('')).toMatchObject([{ key: 'a/b', bytes: 4 }]);
    expect(readdirSync(join(folder, '~unfinished'))).toEqual([]);
  });

  it('leaves nothing unfinished behind when a file is too large', async () => {
    const folder = freshFolder();
    const store = await openDiskBlobStore({ folder });
    await expect(store.put('k', text('too much'), { maxBytes: 3 })).rejects.toThrow('larger');
    expect(readdirSync(join(folder, '~unfinished'))).toEqual([]);
  });

  it('says that a file is damaged instead of giving it out', async () => {
    const folder = freshFolder();
    const store = await openDiskBlobStore({ folder });
    writeFileSync(join(folder, 'k~'), 'short');
    await expect(store.get('k')).rejects.toMatchObject({ code: 'unavailable' });
  });

  it('keeps uploads over a restart, and takes no part of one that has ended', async () => {
    const folder = freshFolder();
    const first = await openDiskBlobStore({ folder });
    const upload = await first.uploads.begin('a/b');
    await first.uploads.putPart(upload, 1, text('kept'));
    const { uploads } = await openDiskBlobStore({ folder });
    expect(await uploads.complete(upload, { count: 1, maxBytes: 10 })).toMatchObject({ key: 'a/b', bytes: 4 });
    await expect(uploads.putPart(upload, 1, text('late'))).rejects.toMatchObject({ code: 'wrong_upload' });
    expect(readdirSync(join(folder, '~uploads'))).toEqual([]);
  });
});
