import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { chatJson, collect, comment, importBytes, refusal } from '../../../test/import-bytes.ts';
import { importChat } from '../index.ts';

const one = chatJson([comment(1.5, 'hello')]);

function utf16(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(`\u{FEFF}${text}`, 'utf16le'));
}

function utf32(text: string, isLittleEndian: boolean): Uint8Array {
  const points = Array.from(`\u{FEFF}${text}`, (character) => character.codePointAt(0) ?? 0);
  const view = new DataView(new ArrayBuffer(points.length * 4));
  points.forEach((point, index) => view.setUint32(index * 4, point, isLittleEndian));
  return new Uint8Array(view.buffer);
}

describe('TwitchDownloader JSON', () => {
  it('gives time, author, text and what is known of the broadcast', async () => {
    const video = { title: 'Cooking', length: 7200, created_at: '2024-05-01T18:00:00Z' };
    const written = comment('61.25', 'hi', { created_at: '2024-05-01T18:01:02.123456789Z' });
    const { messages, report } = await importBytes(chatJson([written], { streamer: { name: 'Bo' }, video }));
    const at = Date.parse('2024-05-01T18:01:02.123Z');
    expect(messages).toEqual([{ offsetMs: 61_250, at, author: 'Ada', text: 'hi', emotes: [], kind: 'chat' }]);
    expect(report).toMatchObject({
      format: 'twitchdownloader-json',
      title: 'Cooking',
      streamer: 'Bo',
      lengthMs: 7_200_000,
    });
  });

  it('reads the early layout with its own names for streamer and length', async () => {
    const video = { title: 'Old', user_name: 'Bo', duration: '1h48m58s' };
    const { report } = await importBytes(JSON.stringify({ video, comments: [comment(3, 'x')] }));
    expect(report).toMatchObject({ title: 'Old', streamer: 'Bo', lengthMs: 6_538_000, messages: 1 });
  });

  it('takes emotes from fragments and emoji from the text between them', async () => {
    const fragments = [
      { text: 'PogChamp', emoticon: { emoticon_id: '305954156' } },
      { text: ' ❤️ 1️⃣ © 5 ', emoticon: null },
      { text: 'PogChamp', emoticon: { emoticon_id: 305954156 } },
      { text: '🔥🔥' },
    ];
    const { messages } = await importBytes(chatJson([comment(1, '', { message: { fragments } })]));
    expect(messages[0]?.emotes).toEqual([
      { key: 'twitch:305954156', name: 'PogChamp', count: 2 },
      { key: 'unicode:2764', name: '❤️', count: 1 },
      { key: 'unicode:31-20e3', name: '1️⃣', count: 1 },
      { key: 'unicode:1f525', name: '🔥', count: 2 },
    ]);
    expect(messages[0]?.text).toBe('PogChamp ❤️ 1️⃣ © 5 PogChamp🔥🔥');
  });

  it('reads spans only without fragments, counts them in code points and ignores those outside of the text', async () => {
    const emoticons = [
      { _id: '25', begin: 2, end: 7 },
      { _id: '1', begin: 900, end: 905 },
      { _id: '2', begin: -3, end: 1 },
      { _id: '3', begin: 'x' },
      null,
    ];
    const { messages } = await importBytes(chatJson([comment(1, '', { message: { body: '🔥 Kappa ok', emoticons } })]));
    expect(messages[0]?.emotes).toEqual([
      { key: 'twitch:25', name: 'Kappa', count: 1 },
      { key: 'unicode:1f525', name: '🔥', count: 1 },
    ]);
  });

  it('keeps apart what was typed while watching the recording, by source or by its date', async () => {
    const video = { created_at: '2024-05-01T18:00:00Z', length: 3600 };
    const live = comment(60, 'live', { created_at: '2024-05-01T18:01:02Z' });
    const shifted = comment(60, 'an hour off', { created_at: '2024-05-01T19:01:00Z' });
    const later = comment(60, 'next day', { created_at: '2024-05-02T18:01:02Z' });
    const said = comment(60, 'said so', { source: 'comment' });
    const { messages, report } = await importBytes(chatJson([live, shifted, later, said], { video }));
    expect(messages.map(({ kind }) => kind)).toEqual(['chat', 'chat', 'recording', 'recording']);
    expect(report).toMatchObject({ messages: 4, recording: 2 });
  });

  it('tells notices from chat', async () => {
    const resub = comment(1, '', { message: { body: 'x', user_notice_params: { msg_id: 'resub' } } });
    const highlighted = comment(2, '', {
      message: { body: 'x', user_notice_params: { 'msg-id': 'highlighted-message' } },
    });
    const { messages } = await importBytes(chatJson([resub, highlighted]));
    expect(messages.map(({ kind }) => kind)).toEqual(['notice', 'chat']);
  });

  it('accepts a commenter that is null', async () => {
    const { messages } = await importBytes(chatJson([comment(1, 'x', { commenter: null })]));
    expect(messages[0]?.author).toBe('');
  });

  it('tolerates comments and trailing commas outside of texts only', async () => {
    const text = `// saved by hand
      {"video": {"title": "a,] // b",}, /* , */ "comments": [ ${JSON.stringify(comment(1, 'x,} /* no */'))}, /* last */ ], }`;
    const { messages, report } = await importBytes(text, { size: 3 });
    expect(messages.map((message) => message.text)).toEqual(['x,} /* no */']);
    expect(report.title).toBe('a,] // b');
  });

  it('reads gzip and every marked encoding, in pieces of any size', async () => {
    const files = [
      new Uint8Array(gzipSync(one)),
      new Uint8Array(Buffer.from(`\u{FEFF}${one}`)),
      utf16(one),
      utf16(one).map((_, index, bytes) => bytes[index ^ 1] ?? 0),
      utf32(one, true),
      utf32(one, false),
      new Uint8Array(gzipSync(utf16(one))),
    ];
    for (const file of files) {
      for (const size of [1, 7, 65_536]) {
        const { messages } = await importBytes(file, { size });
        expect(messages.map(({ text }) => text)).toEqual(['hello']);
      }
    }
  });

  it('skips a comment without a time and says which and why', async () => {
    const { report } = await importBytes(
      chatJson([comment(1, 'a'), comment('soon', 'b'), comment(1e12, 'c'), comment(2, 'd')]),
    );
    expect(report.messages).toBe(2);
    expect(report.skips).toEqual([
      { where: 'comment 2', reason: 'it has no time (content_offset_seconds is ""soon"")' },
      { where: 'comment 3', reason: 'its time is more than 10,000 hours from the start' },
    ]);
  });

  it('leaves out lone surrogates, which no database can hold', async () => {
    const { messages } = await importBytes('{"comments":[{"content_offset_seconds":1,"message":{"body":"\\ud83d!"}}]}');
    expect(messages[0]?.text).toBe('\u{FFFD}!');
  });

  it('does not keep embedded pictures in memory', async () => {
    const encoder = new TextEncoder();
    const picture = encoder.encode(`"${'A'.repeat(1_000_000)}",`);
    let before = Number.NaN;
    let after = Number.NaN;
    async function* file() {
      yield encoder.encode('{"FileInfo":{},"embeddedData":{"firstParty":[');
      before = heapWithoutGarbage();
      for (let count = 0; count < 300; count += 1) yield picture;
      after = heapWithoutGarbage();
      yield encoder.encode(`]},"comments":[${JSON.stringify(comment(1, 'late'))}]}`);
    }
    const messages = await collect(importChat(file()));
    expect(messages.map(({ text }) => text)).toEqual(['late']);
    // Measured after a garbage collection, because the amount of garbage depends on the machine. The pictures would add
    // 300 MB.
    expect(after - before).toBeLessThan(150_000_000);
  });

  it('refuses with one sentence what cannot be read', async () => {
    expect(await refusal('{"FileInfo":{},"video":{}}')).toContain('has no list "comments"');
    expect(await refusal(one.slice(0, 60))).toMatch(/^The JSON ends in the middle of .*cut off/u);
    expect(await refusal(one.slice(0, one.indexOf('hello')))).toContain('in the middle of comment 1');
    expect(await refusal(`${one}\n--\n`)).toContain('More follows the end of the JSON (at line 2');
    expect(await refusal(chatJson([comment(1, 'x'.repeat(1_100_000))]))).toContain(
      'Comment 1 is longer than a million',
    );
    expect(await refusal(`{"FileInfo":{},"comments":[${'['.repeat(200)}`)).toContain('nested deeper than 128');
    expect(await refusal('{"FileInfo":{},"comments":[}')).toContain('closes nothing');
    expect(await refusal(chatJson([comment(null, 'x'), {}]))).toContain(
      'the first problem is comment 1: it has no time',
    );
  });
});

function heapWithoutGarbage(): number {
  setFlagsFromString('--expose-gc');
  // `gc` is exposed in contexts that are created after the flag was set.
  const collectGarbage = runInNewContext('gc') as () => void;
  collectGarbage();
  return process.memoryUsage().heapUsed;
}
