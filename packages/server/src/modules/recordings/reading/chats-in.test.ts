import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { brotliCompressSync, crc32, deflateRawSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { packTar } from 'modern-tar';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chatsIn, type ReadingOptions } from './chats-in.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'ovation-chats-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const bytesOf = (text: string) => new TextEncoder().encode(text);
const log = (from: number, count: number) =>
  Array.from(
    { length: count },
    (_, at) => `[0:00:${String(from + at).padStart(2, '0')}] <ada> line ${from + at}\n`,
  ).join('');
const LOG = log(1, 30);

// Written by bzip2 1.0.8 and xz 5.4.1 from "[0:00:01] <ada> hi\n[0:00:02] <bo> there\n".
const BZIP2 = 'QlpoOTFBWSZTWdgWmPUAAAxbgAAQQABwFQAKNmCUACAAMUyYmQZGCVABiBpriiGQUwBgbqCtzZb3nSTvP4u5IpwoSGwLTHqA';
const XZ =
  '/Td6WFoAAATm1rRGAgAhARYAAAB0L+Wj4AAnACVdAC2MA0MoxiJr7cIcaM9rtE50rD99K/ZNamEyIGL5lhWwg7K0PEAAAAAA2NyKnUfuuh4AAUEolWNR/B+2830BAAAAAARZWg==';

/** A ZIP archive as programs write it: files, then their list. */
function zip(files: Readonly<Record<string, Uint8Array>>, method = 8): Buffer {
  const parts: Buffer[] = [];
  const list: Buffer[] = [];
  let at = 0;
  for (const [name, content] of Object.entries(files)) {
    const packed = method === 8 ? deflateRawSync(content) : Buffer.from(content);
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    common.writeUInt16LE(method, 4);
    common.writeUInt32LE(crc32(content), 10);
    common.writeUInt32LE(packed.length, 14);
    common.writeUInt32LE(content.length, 18);
    common.writeUInt16LE(name.length, 22);
    const part = Buffer.concat([Buffer.from('PK\u{3}\u{4}'), common, Buffer.from(name), packed]);
    const tail = Buffer.alloc(14);
    tail.writeUInt32LE(at, 10);
    list.push(Buffer.concat([Buffer.from('PK\u{1}\u{2}'), Buffer.from([20, 0]), common, tail, Buffer.from(name)]));
    parts.push(part);
    at += part.length;
  }
  const directory = Buffer.concat(list);
  const end = Buffer.alloc(18);
  end.writeUInt16LE(list.length, 4);
  end.writeUInt16LE(list.length, 6);
  end.writeUInt32LE(directory.length, 8);
  end.writeUInt32LE(at, 12);
  return Buffer.concat([...parts, directory, Buffer.from('PK\u{5}\u{6}'), end]);
}

const tar = (files: Readonly<Record<string, Uint8Array>>) =>
  packTar(Object.entries(files).map(([name, body]) => ({ header: { name, size: body.length }, body })));

async function* inPieces(data: Uint8Array, size: number) {
  for (let at = 0; at < data.length; at += size) yield data.slice(at, at + size);
}

interface Read {
  readonly logs: { name: string; texts: string[]; times: number[]; clock: string | undefined; repeated: number }[];
  readonly leftOut: string[];
}

async function read(
  files: Readonly<Record<string, Uint8Array>>,
  options: ReadingOptions = {},
  size = 1_000,
): Promise<Read> {
  const leftOut: string[] = [];
  const onLeftOut = (name: string, reason: string) => leftOut.push(`${name}: ${reason}`);
  const given = Object.entries(files).map(([name, data]) => ({ name, bytes: inPieces(data, size) }));
  const logs: Read['logs'] = [];
  for await (const { chat, name } of chatsIn(given, { scratchFolder: folder, ...options, onLeftOut })) {
    const texts: string[] = [];
    const times: number[] = [];
    for await (const { offsetMs, text } of chat) {
      texts.push(text);
      times.push(offsetMs / 1_000);
    }
    logs.push({ name, texts, times, clock: chat.report.clock, repeated: chat.report.repeated });
  }
  return { logs, leftOut };
}

const PNG = new Uint8Array([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 0]);

describe('a packed log (K09)', () => {
  const whole = LOG.split('\n')
    .slice(0, -1)
    .map((line) => line.slice(16));

  it.each([
    ['gzip', gzipSync(LOG)],
    ['gzip twice', gzipSync(gzipSync(LOG))],
    ['gzip of two members', Buffer.concat([gzipSync(log(1, 10)), gzipSync(log(11, 20))])],
    ['Zstandard', zstdCompressSync(LOG)],
    ['Zstandard of two frames', Buffer.concat([zstdCompressSync(log(1, 10)), zstdCompressSync(log(11, 20))])],
    ['brotli', brotliCompressSync(LOG)],
    ['ZIP', zip({ 'chat.txt': bytesOf(LOG) })],
    ['stored ZIP', zip({ 'chat.txt': bytesOf(LOG) }, 0)],
    ['gzip in ZIP', zip({ 'chat.txt.gz': gzipSync(LOG) })],
  ])('is read in %s, in pieces of any size', async (_, packed) => {
    for (const size of [3, 50, 100_000]) {
      const { logs } = await read({ 'chat.packed': packed }, {}, size);
      expect(logs.map(({ texts }) => texts)).toEqual([whole]);
    }
  });

  it('is read in tar, packed or not', async () => {
    const archive = await tar({ 'chat.txt': bytesOf(LOG) });
    for (const packed of [archive, gzipSync(archive), zstdCompressSync(archive)]) {
      expect((await read({ 'chat.tar': packed }, {}, 100)).logs.map(({ texts }) => texts)).toEqual([whole]);
    }
  });

  it('is read in what bzip2 and xz wrote, also of several streams', async () => {
    for (const packed of [BZIP2, XZ]) {
      const data = Buffer.from(packed, 'base64');
      for (const size of [1, 1_000]) {
        expect((await read({ chat: data }, {}, size)).logs.map(({ texts }) => texts)).toEqual([['hi', 'there']]);
      }
      const twice = await read({ chat: Buffer.concat([data, data]) });
      expect(twice.logs.map(({ texts }) => texts)).toEqual([['hi', 'there', 'hi', 'there']]);
    }
  });

  it.each([
    ['gzip', gzipSync(LOG)],
    ['Zstandard', zstdCompressSync(LOG)],
    ['bzip2', Buffer.from(BZIP2, 'base64')],
  ])('that was cut off is refused: %s', async (title, packed) => {
    await expect(read({ chat: packed.subarray(0, -6) })).rejects.toThrow(
      new RegExp(`^The ${title} data ends too early \\(after \\d+ unpacked bytes\\): the file was cut off`, 'u'),
    );
  });

  it('that is damaged is refused', async () => {
    const data = Buffer.from(BZIP2, 'base64');
    data[30] = (data[30] ?? 0) ^ 0xff;
    await expect(read({ chat: data })).rejects.toThrow(/^The bzip2 data is damaged/u);
    await expect(read({ chat: zip({ 'a.txt': bytesOf(LOG) }).subarray(0, -10) })).rejects.toThrow(
      /ZIP archive is damaged/u,
    );
    const cut = (await tar({ 'a.txt': bytesOf(LOG) })).subarray(0, 700);
    await expect(read({ chat: cut })).rejects.toThrow('The tar archive ends too early: it was cut off, fetch it again');
  });

  it('is not unpacked for ever, and only up to what may be unpacked', async () => {
    let packed: Uint8Array = bytesOf(LOG);
    for (let layer = 0; layer < 7; layer += 1) packed = gzipSync(packed);
    await expect(read({ chat: packed })).rejects.toThrow(/packed more than 5 times over/u);
    const bomb = gzipSync(Buffer.alloc(3_000_000, LOG));
    await expect(read({ chat: bomb }, { unpackedMaxBytes: 1_048_576 })).rejects.toThrow(
      /unpacks to is larger than 1 MB/u,
    );
    // What several files unpack to counts together, and in each layer.
    const several = zip({ 'a.gz': gzipSync(LOG), 'b.gz': gzipSync(LOG) });
    await expect(read({ chat: several }, { unpackedMaxBytes: 1_000 })).rejects.toThrow(/is larger than/u);
  });
});

describe('an archive', () => {
  it('gives each of its logs, and says which files are none', async () => {
    const files = {
      'logs/one.txt': bytesOf(log(1, 2)),
      '__MACOSX/logs/._one.txt': PNG,
      'logs/cover.png': PNG,
      'logs/README': bytesOf('This is what was said.\n'),
      'logs/two.txt': bytesOf(log(5, 2)),
    };
    for (const archive of [zip(files), await tar(files)]) {
      const { leftOut, logs } = await read({ 'chat.zip': archive });
      expect(logs.map(({ name, texts }) => [name, texts])).toEqual([
        ['chat.zip/logs/one.txt', ['line 1', 'line 2']],
        ['chat.zip/logs/two.txt', ['line 5', 'line 6']],
      ]);
      expect(leftOut).toEqual([
        expect.stringMatching(/^chat\.zip\/logs\/cover\.png: The file is a picture \(PNG\)/u),
        expect.stringMatching(/^chat\.zip\/logs\/README: Line 1 \("This is what was said\."\)/u),
      ]);
    }
  });

  it('without a log is refused, and so are documents of office programs', async () => {
    await expect(read({ a: zip({ 'cover.png': PNG }) })).rejects.toThrow(
      /^No file in the archive is a chat log; the first is a\/cover\.png: The file is a picture/u,
    );
    await expect(read({ a: zip({}) })).rejects.toThrow(/^The archive is empty/u);
    const sheet = zip({ '[Content_Types].xml': bytesOf('<Types/>'), 'xl/workbook.xml': bytesOf('<workbook/>') });
    await expect(read({ a: sheet })).rejects.toThrow(
      /^The file is a spreadsheet \(XLSX\) and no text: save the sheet/u,
    );
  });

  it('is an error where one of its logs is damaged', async () => {
    const broken = bytesOf(
      JSON.stringify({ FileInfo: {}, comments: [{ content_offset_seconds: 1, message: {} }] }).slice(0, -3),
    );
    await expect(read({ a: zip({ 'a.json': broken, 'b.txt': bytesOf(LOG) }) })).rejects.toThrow(/cut off/u);
  });
});

describe('joined parts (K14)', () => {
  it('follow one another when their times begin again, and go on when their times do', async () => {
    const { logs } = await read({ 'a.txt': bytesOf(log(1, 3)), 'b.txt': bytesOf(log(1, 2)) }, { join: true });
    expect(logs).toMatchObject([{ name: 'a.txt + b.txt', times: [1, 2, 3, 4, 5] }]);
    expect(logs[0]?.clock).toBe(
      'times since the start of the broadcast, because an hour has no leading zero; ' +
        'b.txt begins at 0:00:04, where the part before it ends, because its times begin again',
    );
    const onward = await read({ 'a.txt': bytesOf(log(1, 3)), 'b.txt': bytesOf(log(9, 2)) }, { join: true });
    expect(onward.logs).toMatchObject([{ times: [1, 2, 3, 9, 10] }]);
    expect(onward.logs[0]?.clock).toContain('b.txt begins at 0:00:09, because its times go on');
  });

  it('lie where their dates say, and must be named in their order', async () => {
    const dated = (minute: number) =>
      bytesOf(`[2026-03-01 20:${minute}:00 UTC] ada: hi\n[2026-03-01 20:${minute}:05 UTC] bo: there\n`);
    const { logs } = await read({ a: dated(10), b: dated(12) }, { join: true });
    expect(logs).toMatchObject([{ times: [0, 5, 120, 125], clock: expect.stringContaining('as its dates say') }]);
    await expect(read({ b: dated(12), a: dated(10) }, { join: true })).rejects.toThrow(
      /^a begins before the part that is named before it: name the parts in their order/u,
    );
  });

  it('may lie in one archive', async () => {
    const archive = zip({ 'a.txt': bytesOf(log(1, 3)), 'b.txt': bytesOf(log(1, 2)) });
    expect((await read({ archive }, { join: true })).logs).toMatchObject([{ times: [1, 2, 3, 4, 5] }]);
  });
});

it('reads several xz files at once, as a second look at the beginning of one does', async () => {
  const file = path.join(folder, 'chat.xz');
  await writeFile(file, Buffer.from(XZ, 'base64'));
  const given = { name: 'chat.xz', path: file, bytes: inPieces(Buffer.from(XZ, 'base64'), 9) };
  const texts: string[] = [];
  for await (const { chat } of chatsIn([given], { withEmbeddedEmotes: true })) {
    for await (const { text } of chat) texts.push(text);
  }
  expect(texts).toEqual(['hi', 'there']);
});

describe('a log that embeds its emotes', () => {
  const comments = [
    { content_offset_seconds: 1, message: { body: 'catJAM', fragments: [{ text: 'catJAM', emoticon: null }] } },
  ];
  const embedded = {
    FileInfo: {},
    comments,
    embeddedData: {
      thirdParty: [{ id: '128054', data: 'AAAA', name: 'catJAM', url: 'https://cdn.frankerfacez.com/emote/128054/1' }],
    },
  };

  it('is read twice, also from a pipe and from an archive', async () => {
    const json = bytesOf(JSON.stringify(embedded));
    const file = path.join(folder, 'embedded.json');
    await writeFile(file, json);
    const sources = [
      { name: 'pipe', bytes: inPieces(json, 7) },
      { name: 'file', path: file, bytes: inPieces(json, 7) },
      { name: 'zip', bytes: inPieces(zip({ 'a.json': json }), 7) },
      { name: 'tar', bytes: inPieces(await tar({ 'a.json': json }), 7) },
    ];
    for (const source of sources) {
      for await (const { chat } of chatsIn([source], { withEmbeddedEmotes: true, scratchFolder: folder })) {
        for await (const { emotes } of chat) expect(emotes).toEqual([{ key: 'ffz:128054', name: 'catJAM', count: 1 }]);
        expect(chat.report.messages).toBe(1);
      }
    }
  });
});
