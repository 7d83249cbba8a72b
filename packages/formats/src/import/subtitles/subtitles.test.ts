import { describe, expect, it } from 'vitest';
import { importBytes } from '../../../test/import-bytes.ts';

async function read(text: string) {
  const { messages, report } = await importBytes(text);
  return { said: messages.map(({ offsetMs, author, text: words }) => [offsetMs, author, words]), report };
}

describe('subtitles', () => {
  const wanted = [
    [5_000, 'Ada Lark', 'hello, all'],
    [65_500, 'Bo', 'two\nlines 🔥'],
  ];

  it.each([
    [
      'srt',
      '1\n00:00:05,000 --> 00:00:07,000\n<font color="#f00">Ada Lark</font>: hello, all\n\n2\n00:01:05,500 --> 00:01:07,000\nBo: two\nlines 🔥\n',
    ],
    [
      'webvtt',
      'WEBVTT Kind: captions\n\nNOTE not\na cue\n\nfirst\n00:05.000 --> 00:07.000 align:start\n<v Ada Lark>hello, all</v>\n\n00:01:05.500 --> 00:01:07.000\n<v.loud Bo>two\nlines 🔥\n',
    ],
    [
      'webvtt',
      'WEBVTT\r\n\r\n00:05.000 --> 00:07.000\r\nAda Lark: hello, <i>all</i>\r\n\r\n00:01:05.500 --> 00:01:07.000\r\nBo: two\r\nlines 🔥\r\n',
    ],
    ['sbv', '0:00:05.000,0:00:07.000\nAda Lark: hello, all\n\n0:01:05.500,0:01:07.000\nBo: two\nlines 🔥\n\n'],
    [
      'ass',
      '[Script Info]\n[V4 Styles]\nFormat: Name, Fontname\nStyle: Default,Arial\n[Events]\nFormat: Marked, Start, End, Style, Name, Text\nDialogue: Marked=0,0:00:05.00,0:00:07.00,Default,Ada Lark,{\\c&H00&}Ada Lark {\\c&HFF&}hello, all\nComment: Marked=0,0:00:06.00,0:00:07.00,Default,x,y\nDialogue: Marked=0,0:01:05.50,0:01:07.00,Default,Bo,two\\Nlines 🔥\n',
    ],
  ])('have a message at the first time of each cue: %s', async (format, text) => {
    const { said, report } = await read(text);
    expect(said).toEqual(wanted);
    expect(report).toMatchObject({ format, skipped: 0 });
  });

  it('without names have no authors', async () => {
    const { said } = await read(
      '1\n00:00:05,000 --> 00:00:07,000\nscore: 2\n\n2\n00:00:06,000 --> 00:00:07,000\nwow\n\n3\n00:00:07,000 --> 00:00:08,000\nno\n',
    );
    expect(said[0]).toEqual([5_000, '', 'score: 2']);
  });

  it('name what belongs to no time', async () => {
    const { report } = await read(
      '1\n00:00:05,000 --> 00:00:07,000\nada: hi\n\nada: lost\n\n2\n00:00:08,000 --> 00:00:09,000\nada: ho\n',
    );
    expect(report).toMatchObject({
      messages: 2,
      skips: [{ where: 'line 5', reason: '"ada: lost" belongs to no time' }],
    });
  });

  it('of danmaku are sorted', async () => {
    const line = (at: string, text: string) => `Dialogue: 0,${at},0:09:00.00,R2L,,20,20,2,,{\\move(1,2)}${text}\n`;
    const { said } = await read(
      `[Script Info]\n[Events]\n${line('0:05:00.00', 'late, x')}${line('0:00:01.50', 'early')}`,
    );
    expect(said).toEqual([
      [1_500, '', 'early'],
      [300_000, '', 'late, x'],
    ]);
  });
});
