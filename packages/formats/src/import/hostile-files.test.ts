import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chatJson, comment, importBytes } from '../../test/import-bytes.ts';
import { ImportError } from '../index.ts';
import { importFormats } from './index.ts';

const CASES = 1_000;
const text = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.constantFrom('🔥🔥', 'Kappa LUL', '', '❤️ 👨‍👩‍👧', '\u{202E}x\0', ']', '},'),
);
const name = fc.oneof(fc.stringMatching(/^[a-z_]{1,12}$/u), text);
const second = fc.oneof(fc.integer({ min: 0, max: 40_000 }), fc.integer(), fc.double());
const stamp = fc
  .tuple(fc.nat(120), fc.nat(70), fc.nat(70))
  .map(([h, m, s]) => `${h}:${String(m).padStart(2, '0')}:${String(s).padStart(2, '0')}`);
const linesOf = (line: fc.Arbitrary<string>) => fc.array(line, { maxLength: 30 }).map((lines) => lines.join('\n'));

const anyComment = fc.oneof(
  { weight: 3, arbitrary: fc.tuple(second, text).map(([seconds, body]) => comment(seconds, body)) },
  {
    weight: 3,
    arbitrary: fc.record(
      {
        content_offset_seconds: fc.oneof(second, second.map(String), fc.jsonValue()),
        created_at: fc.oneof(
          fc.date({ noInvalidDate: true }).map((date) => date.toISOString()),
          fc.jsonValue(),
        ),
        source: fc.oneof(fc.constantFrom('chat', 'comment'), fc.jsonValue()),
        commenter: fc.oneof(fc.record({ display_name: name }), fc.jsonValue()),
        message: fc.record(
          {
            body: fc.oneof(text, fc.jsonValue()),
            fragments: fc.array(
              fc.record({
                text,
                emoticon: fc.oneof(fc.record({ emoticon_id: fc.oneof(text, fc.nat()) }), fc.jsonValue()),
              }),
            ),
            emoticons: fc.array(
              fc.record({ _id: fc.oneof(text, fc.jsonValue()), begin: fc.oneof(second, fc.jsonValue()) }),
            ),
          },
          { requiredKeys: [] },
        ),
      },
      { requiredKeys: [] },
    ),
  },
  { weight: 1, arbitrary: fc.jsonValue() },
);

/** Files that look like the format, right and wrong values mixed. */
const files: Record<string, fc.Arbitrary<string>> = {
  'twitchdownloader-json': fc
    .tuple(fc.array(anyComment, { maxLength: 12 }), fc.jsonValue(), fc.jsonValue())
    .map(([comments, video, streamer]) => chatJson(comments, { video, streamer })),
  'emote-records': fc
    .tuple(
      fc.array(
        fc.record({
          emote: fc.oneof(text, fc.jsonValue()),
          timestamp: fc.oneof(text, fc.constant('2024-01-01T00:00:00Z')),
        }),
      ),
      fc.boolean(),
    )
    .map(([records, isList]) =>
      isList ? JSON.stringify(records) : records.map((one) => JSON.stringify(one)).join('\n'),
    ),
  'bracket-text': linesOf(fc.tuple(stamp, name, text).map(([at, who, what]) => `[${at}] <${who}> ${what}`)),
  'twitchdownloader-text': linesOf(
    fc
      .tuple(fc.oneof(stamp, fc.constantFrom('2024-01-01 00:00:00 UTC', '2024-02-30 00:00:00.1 UTC')), name, text)
      .map(([at, who, what]) => `[${at}] ${who}: ${what}`),
  ),
  'tsv-text': linesOf(
    fc
      .tuple(fc.constantFrom('2021-05-31 23:59:59,078', '2021-06-01 00:00:01', '0000-00-00 99:99:99,1'), name, text)
      .map((fields) => fields.join('\t')),
  ),
  'epoch-text': linesOf(
    fc
      .tuple(fc.oneof(fc.integer({ min: 1_480_000_000, max: 1_480_001_000 }), second), name, text)
      .map(([at, who, what]) => `${at} ${who}: ${what}`),
  ),
};

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

/** Whether the import ends with a sound result or an ImportError; anything else is thrown. */
async function isOrderly(bytes: Uint8Array, size: number): Promise<boolean> {
  try {
    const { messages, report } = await importBytes(bytes, { size, words: ['LUL'] });
    expect(report.messages).toBe(messages.length);
    for (const { offsetMs, emotes } of messages) {
      expect(Number.isInteger(offsetMs) && offsetMs >= 0).toBe(true);
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
    expect(Object.keys(files).toSorted()).toEqual(importFormats.map((format) => format.name).toSorted());
  });

  it.each(Object.entries(files))('end in a result or a sentence, as %s', async (_, file) => {
    await fc.assert(
      fc.asyncProperty(file, packing, damage, fc.integer({ min: 1, max: 300 }), async (content, pack, harm, size) =>
        isOrderly(harm(pack(new TextEncoder().encode(content))), size),
      ),
      { numRuns: CASES },
    );
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
