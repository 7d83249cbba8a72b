import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { generatedFiles } from '../../test/generated-files.ts';
import { importBytes } from '../../test/import-bytes.ts';
import { ImportError } from '../index.ts';
import { importFormats } from './index.ts';

const CASES = 1_000;
const garbage = fc.constantFrom<readonly number[]>(
  [0xff],
  [0],
  [0xc3],
  [0xed, 0xa0, 0x80],
  [0x22],
  [0x5c],
  [0x5d],
  [0x7b, 0x7b],
  [0x2f, 0x2a],
  [0xef, 0xbb, 0xbf],
  [0x1f, 0x8b],
);
const damage = fc.oneof(
  fc.constant((bytes: Uint8Array) => bytes),
  fc
    .double({ min: 0, max: 1, noNaN: true })
    .map((part) => (bytes: Uint8Array) => bytes.subarray(0, Math.floor(part * bytes.length))),
  fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), garbage).map(([part, put]) => (bytes: Uint8Array) => {
    const at = Math.floor(part * bytes.length);
    return new Uint8Array([...bytes.subarray(0, at), ...put, ...bytes.subarray(at)]);
  }),
  fc.tuple(fc.nat(), fc.nat(255)).map(
    ([place, value]) =>
      (bytes: Uint8Array) =>
        bytes.map((byte, at) => (at === place % (bytes.length || 1) ? value : byte)),
  ),
);
const packing = fc.constantFrom(
  (bytes: Uint8Array) => bytes,
  (bytes: Uint8Array) => new Uint8Array(gzipSync(bytes)),
  (bytes: Uint8Array) => new Uint8Array(Buffer.from(`\u{FEFF}${Buffer.from(bytes).toString('utf8')}`, 'utf16le')),
);

/** Whether the import ends with a valid result or an ImportError. Any other error is thrown. */
async function isOrderly(bytes: Uint8Array, size: number): Promise<boolean> {
  try {
    const { messages, report } = await importBytes(bytes, { size, words: ['LUL'] });
    expect(report.messages).toBe(messages.length);
    for (const { offsetMs, emotes, at = 0, text, author } of messages) {
      expect(Number.isInteger(at) && at >= 0 && at <= 8.64e15).toBe(true);
      expect(text.isWellFormed() && author.isWellFormed()).toBe(true);
      expect(Number.isInteger(offsetMs)).toBe(true);
      expect(emotes.every(({ key, count }) => Buffer.byteLength(key) <= 64 && count >= 1)).toBe(true);
    }
    return true;
  } catch (error) {
    if (!(error instanceof ImportError)) throw error;
    expect(error.message).toMatch(/^[^\n]{20,600}$/u);
    return true;
  }
}

describe('hostile files', () => {
  it('has generated files for every format', () => {
    expect(Object.keys(generatedFiles).toSorted()).toEqual(importFormats.map((format) => format.name).toSorted());
  });

  it.each(Object.entries(generatedFiles))('end in a result or a sentence, as %s', async (_, file) => {
    await fc.assert(
      fc.asyncProperty(file, packing, damage, fc.integer({ min: 1, max: 300 }), async (content, pack, harm, size) =>
        isOrderly(harm(pack(new TextEncoder().encode(content))), size),
      ),
      { numRuns: CASES },
    );
  });

  it.each([
    ['of an IRC dump', `2019-04-30_08:56:59 ;;; :a!a@a PRIVMSG #b :hi\n`, ['@', ':a!', '@a=', ' :', '12:59']],
    ['of a Chatty log', '# Log started: x\n[00:00:01] <a> hi\n[00:00:02] BAN: ', ['a', 'a (', 'a,', '(']],
    ['of a text log', '[0:00:01] <a> hi\n[0:00:02] <a> hi\n[0:00:02] <', ['<', '[', ' ', '0:']],
    ['of CSV', 'time,user,text\n1,a,"', ['a,', '""', ' ', ',']],
    ['of JSON', '{"FileInfo":{},"comments":[{"x":"', ['\\\\', '\\"', '{', ' ,']],
  ])('cost no more than their length, with a line %s that repeats itself', async (_, beginning, repeated) => {
    for (const piece of repeated) {
      const line = piece.repeat(Math.floor(1_000_000 / piece.length));
      const bytes = new TextEncoder().encode(`${beginning}${line} x\n`);
      expect(await isOrderly(bytes, 65_536)).toBe(true);
    }
  });

  it('end in a result or a sentence, whatever the bytes', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), fc.integer({ min: 1, max: 50 }), async (bytes, size) =>
        isOrderly(bytes, size),
      ),
      { numRuns: CASES },
    );
  });
});
