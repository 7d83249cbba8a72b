import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { chatJson, collect, comment, importBytes, piecesOf, refusal } from '../../test/import-bytes.ts';
import { importChat } from './index.ts';

const line = '[0:00:01] <ada> hello\n';

describe('files that cannot be read', () => {
  it.each([
    ['an empty file', '', 'The file is empty: choose one that holds a chat log'],
    ['white space', ' \n\n ', 'The file is empty: choose one that holds a chat log'],
    [
      'a page of Telegram',
      '<!DOCTYPE html>\n<html><div class="page_body chat_page">hi</div></html>',
      /^The file is the web page \(HTML\) that Telegram Desktop exports: export the chat as JSON instead$/u,
    ],
    ['a web page', '<!DOCTYPE html><html></html>', /^The file is a web page \(HTML\), whatever its name says/u],
    ['a log without times', 'ada: hello\nbo: hi\n', /^Line 1 \("ada: hello"\) has no time: save the chat with times/u],
    [
      'JSON of another tool',
      '{"data":{"items":[]}}',
      /^The file is JSON of another tool \(it begins with "data", "items"\)/u,
    ],
    ['a list of another tool', '[{"time_in_seconds":1}]', /^The file is JSON of another tool/u],
    [
      'prose',
      'Dear diary,\ntoday nothing happened.\n',
      /^Line 1 \("Dear diary,"\) is of no known form; what is read: /u,
    ],
    ['control characters', '\u001B[31mboo\n', /^Line 1 \("\[31mboo"\)/u],
  ])('are refused with one sentence: %s', async (_, content, sentence) => {
    expect(await refusal(content)).toMatch(sentence);
  });

  it('names the line of a byte that is not UTF-8, wherever the pieces are cut', async () => {
    const bytes = new Uint8Array(Buffer.concat([Buffer.from(line.repeat(4)), Buffer.from([0x68, 0xe9, 0x0a])]));
    for (const size of [1, 2, 3, 50, 1000]) {
      expect(await refusal(bytes, size)).toMatch(/^Line 5 is not UTF-8 \(byte 0xE9\)/u);
    }
    expect(await refusal(new Uint8Array([...bytes.subarray(0, 30), 0xf0, 0x9f]))).toMatch(
      /^Line 2 is not UTF-8 \(byte 0xF0\)/u,
    );
  });

  it('reads characters of every length over the edges of pieces', async () => {
    const text = '[0:00:01] <ada> é€😀\u{FEFF}é\n';
    for (const size of [1, 2, 3, 5])
      expect((await importBytes(text, { size })).messages[0]?.text).toBe('é€😀\u{FEFF}é');
  });

  it('names UTF-16 that ends in half a character, and UTF-16 without its mark', async () => {
    const utf16 = Buffer.from(`\u{FEFF}${line.repeat(3)}`, 'utf16le');
    expect(await refusal(new Uint8Array(utf16.subarray(0, -1)))).toMatch(
      /^Near line \d is something that is not UTF-16/u,
    );
    expect(await refusal(new Uint8Array(utf16.subarray(2)))).toMatch(/^Line 1 has zero bytes/u);
  });

  it('names UTF-32 that is none', async () => {
    const bytes = [0xff, 0xfe, 0, 0, 0x41, 0, 0, 0, 0x0a, 0, 0, 0, 0, 0xd8, 0, 0];
    expect(await refusal(new Uint8Array(bytes))).toMatch(/^Line 2 has something that is not UTF-32/u);
  });

  it('tells cut-off, damaged and continued gzip apart', async () => {
    const packed = new Uint8Array(gzipSync(chatJson([comment(1, 'x'.repeat(5000))])));
    const damaged = packed.slice();
    damaged.fill(0xff, 20, 30);
    expect(await refusal(packed.subarray(0, -12))).toMatch(
      /^The gzip data ends too early \(after \d+ unpacked bytes\)/u,
    );
    expect(await refusal(packed.subarray(0, 2))).toMatch(/^The gzip data ends too early/u);
    expect(await refusal(damaged)).toMatch(/^The gzip data is damaged/u);
    expect(await refusal(new Uint8Array([...packed, 1, 2, 3]))).toMatch(/^More data follows the end of the gzip data/u);
  });

  it('refuses a line of 10 MB without waiting for its end', async () => {
    let pieces = 0;
    async function* endless() {
      yield new TextEncoder().encode(line);
      for (; pieces < 10_000; pieces += 1) yield new Uint8Array(65_536).fill(0x61);
    }
    await expect(collect(importChat(endless()))).rejects.toThrow(/^Line 2 is longer than a million characters/u);
    expect(pieces).toBeLessThan(20);
  });

  it('passes an error of the source on, also from inside gzip', async () => {
    const packed = new Uint8Array(gzipSync(line.repeat(10_000)));
    async function* broken(bytes: Uint8Array) {
      yield bytes.subarray(0, 20);
      throw new Error('the disk is gone');
    }
    await expect(collect(importChat(broken(packed)))).rejects.toThrow('the disk is gone');
    await expect(collect(importChat(broken(new TextEncoder().encode(line))))).rejects.toThrow('the disk is gone');
  });

  it('closes the source when the reader stops early', async () => {
    for (const content of [
      line.repeat(20_000),
      gzipSync(Array.from({ length: 20_000 }, (_, n) => line + n).join('\n')),
    ]) {
      let isClosed = false;
      async function* source() {
        try {
          yield* piecesOf(new Uint8Array(Buffer.from(content)), 100);
        } finally {
          isClosed = true;
        }
      }
      for await (const message of importChat(source())) {
        expect(message.author).toBe('ada');
        break;
      }
      expect(isClosed).toBe(true);
    }
  });
});
