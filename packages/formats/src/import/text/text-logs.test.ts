import { describe, expect, it } from 'vitest';
import { importBytes, refusal } from '../../../test/import-bytes.ts';

async function read(text: string) {
  const { messages, report } = await importBytes(text);
  return {
    format: report.format,
    lines: messages.map((message) => [message.offsetMs, message.author, message.text]),
    report,
  };
}

describe('text logs', () => {
  it('reads [H:MM:SS] <name> text with stream times', async () => {
    const { format, lines } = await read('[0:00:25] <ada> first\r\n[10:01:02] <bo> a: [b] <c>\r\n');
    expect(format).toBe('bracket-text');
    expect(lines).toEqual([
      [25_000, 'ada', 'first'],
      [36_062_000, 'bo', 'a: [b] <c>'],
    ]);
  });

  it('reads the three timed forms of TwitchDownloader', async () => {
    const relative = await read('[0:00:01] Ada: hi: there\n[0:00:02] Bo: \n');
    expect(relative.lines).toEqual([
      [1000, 'Ada', 'hi: there'],
      [2000, 'Bo', ''],
    ]);
    const utc = await read('[2024-05-01 18:00:00 UTC] Ada: hi\n[2024-05-01 18:00:07 UTC] Bo: ho');
    expect(utc.lines).toEqual([
      [0, 'Ada', 'hi'],
      [7000, 'Bo', 'ho'],
    ]);
    const exact = await read('[2024-05-01 18:00:00.250 UTC] Ada: hi\n[2024-05-01 18:00:01.5 UTC] Bo: ho');
    expect(exact.lines.map(([offset]) => offset)).toEqual([0, 1250]);
    expect([relative, utc, exact].map(({ format }) => format)).toEqual(Array(3).fill('twitchdownloader-text'));
  });

  it('reads date time<TAB>name<TAB>text', async () => {
    const { format, lines } = await read('2021-05-31 23:59:59,078\tada\thi\tho\n2021-06-01 00:00:01,079\tbo\tx\n');
    expect(format).toBe('tsv-text');
    expect(lines).toEqual([
      [0, 'ada', 'hi\tho'],
      [2001, 'bo', 'x'],
    ]);
  });

  it('reads unixseconds name: text', async () => {
    const { format, lines, report } = await read('1480664483 ada: 777\n\n1480664490 bo: x: y\n');
    expect(format).toBe('epoch-text');
    expect(lines).toEqual([
      [0, 'ada', '777'],
      [7000, 'bo', 'x: y'],
    ]);
    expect(report.skipped).toBe(0);
  });

  it('counts emoji, and words only when they are asked for', async () => {
    const text = '[0:00:01] <ada> LUL 🔥 LUL LULW\n';
    expect((await importBytes(text)).messages[0]?.emotes).toEqual([{ key: 'unicode:1f525', name: '🔥', count: 1 }]);
    expect((await importBytes(text, { words: ['LUL'] })).messages[0]?.emotes).toEqual([
      { key: 'unicode:1f525', name: '🔥', count: 1 },
      { key: 'text:LUL', name: 'LUL', count: 2 },
    ]);
  });

  it('skips lines of another form and names the first of them', async () => {
    const { report } = await read('[0:00:01] <ada> a\n* ada left\n[0:00:02] <bo> b\n[0:99:02] <bo> c\n');
    expect(report).toMatchObject({ messages: 2, skipped: 2 });
    expect(report.skips).toEqual([
      { where: 'line 2', reason: '"* ada left" is not of the form [H:MM:SS] <name> text' },
      { where: 'line 4', reason: '"[0:99:02] <bo> c" is not of the form [H:MM:SS] <name> text' },
    ]);
  });

  it('keeps messages up to a minute out of order and skips older ones', async () => {
    const { lines, report } = await read('[0:10:00] <a> 1\n[0:09:30] <b> 2\n[0:02:00] <c> 3\n[0:10:01] <d> 4\n');
    expect(lines.map(([, author]) => author)).toEqual(['a', 'b', 'd']);
    expect(report).toMatchObject({ outOfOrder: 1, skipped: 1, firstMs: 570_000, lastMs: 601_000 });
    expect(report.skips[0]).toEqual({
      where: 'line 3',
      reason: 'its time is 0:08:00 behind that of an earlier message (0:10:00)',
    });
  });

  it('refuses a log that is turned around, and two broadcasts in one file', async () => {
    const stamp = (second: number) => `${1_480_000_000 + second} ada: x`;
    const around = Array.from({ length: 50 }, (_, index) => stamp(100_000 - index * 100)).join('\n');
    expect(await refusal(around)).toMatch(/^The times run backwards \(line 2 .*oldest message first$/u);
    const once = Array.from(
      { length: 300 },
      (_, index) => `[0:${String(Math.floor(index / 5)).padStart(2, '0')}:00] <a> x`,
    );
    expect(await refusal([...once, ...once].join('\n'))).toMatch(
      /^The times go back at line 301 \(to 0:00:00, after 0:59:00\) and go on from there: the file holds two parts/u,
    );
  });
});
