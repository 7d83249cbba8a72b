import { describe, expect, it } from 'vitest';
import { importBytes } from '../../../test/import-bytes.ts';

async function read(lines: readonly string[]) {
  const { messages, report } = await importBytes(`${lines.join('\n')}\n`);
  const said = messages.map(({ offsetMs, author, text }) => [offsetMs, author, text]);
  return { format: report.format, said, messages, report };
}

describe('shapes of text logs', () => {
  it.each([
    ['bracket-text', ['[0:00:01] <Ada Lark> hi', '[0:00:02] <[VIP] Bo <3> a> b', '[0:00:03] <@Cy> c']],
    ['bracket-text', ['[00:01] <Ada Lark> hi', '[0:00:02] <[VIP] Bo <3> a> b', '[0:00:03] <~Cy> c']],
    ['twitchdownloader-text', ['[0:01] Ada Lark: hi', '[0:02] [VIP] Bo <3: a> b', '[1:00:03] Cy: c']],
    ['chat-downloader-text', ['0:01 | Ada Lark: hi', '0:02 | (Mod) *€5* [VIP] Bo <3: a> b', '0:03 | Cy: c']],
    ['plain-text', ['0:00:01 Ada Lark: hi', '0:00:02 [VIP] Bo <3: a> b', '1:00:03 Cy: c']],
    ['plain-text', ['0h00m01s Ada Lark: hi', '0h0m2s - [VIP] Bo <3: a> b', '1h00m03s Cy: c']],
    [
      'tsv-text',
      ['2024-05-01 18:00:00\tAda Lark\thi', '2024-05-01 18:00:01\t[VIP] Bo <3\ta> b', '2024-05-01 18:00:02\t@Cy\tc'],
    ],
    ['epoch-text', ['1714586400 Ada Lark: hi', '1714586401.5 [VIP] Bo <3: a> b', '1714586402 Cy: c']],
    ['irc-client-log', ['18:00 < Ada Lark> hi', '18:01 <[VIP] Bo <3> a> b', '18:02 <@Cy> c']],
  ])('keep names with spaces, signs and brackets: %s', async (format, lines) => {
    const { said, report } = await read(lines);
    expect(report).toMatchObject({ format, skipped: 0 });
    expect(said.map(([, author, text]) => [author, text])).toEqual([
      ['Ada Lark', 'hi'],
      ['[VIP] Bo <3', 'a> b'],
      ['Cy', 'c'],
    ]);
  });

  it.each([
    [
      'Konversation',
      '[Wednesday, May 1, 2024] [06:00:05 PM CEST] <Ada>\thi',
      '[Wednesday, May 1, 2024] [06:01:05 PM CEST] <Bo>\tho',
    ],
    ['WhatsApp in Spanish', '1/5/24, 6:00 p. m. - Ada: hi', '1/5/24, 6:01 p. m. - Bo: ho'],
    ['WhatsApp in Arabic', '\u{200F}01/05/2024، 6:00 م - Ada: hi', '\u{200F}01/05/2024، 6:01 م - Bo: ho'],
    ['WhatsApp in Korean', '2024. 5. 1. 오전 11:59 - Ada: hi', '2024. 5. 1. 오후 12:00 - Bo: ho'],
    ['WhatsApp in Hungarian', '2024. 05. 01. 18:00 - Ada: hi', '2024. 05. 01. 18:01 - Bo: ho'],
    ['WhatsApp in Swedish', '2024-05-01 18:00 - Ada: hi', '2024-05-01 18:01 - Bo: ho'],
    ['KakaoTalk', '2024년 5월 1일 오후 6:00, Ada : hi', '2024년 5월 1일 오후 6:01, Bo : ho'],
    ['Zoom in the cloud', '00:01:05\tAda:\thi', '00:02:05\tBo:\tho'],
    ['a logging library', '2024-05-01 18:00:05,1 - chat - INFO - Ada: hi', '2024-05-01 18:01:05,1 [INFO] Bo: ho'],
    ['pages of Discord', 'Ada — 05/01/2024 6:00 PM\nhi', 'Bo — 05/01/2024 6:01 PM\nho'],
    ['Webex', 'from Ada to everyone:    6:00 PM\nhi', 'from Bo to Ada:    6:01 PM\nho'],
  ])('keep the names of %s', async (_, first, second) => {
    const { said, report } = await read([first, second]);
    expect(said.map(([, author, text]) => [author, text])).toEqual([
      ['Ada', 'hi'],
      ['Bo', 'ho'],
    ]);
    expect(Number(said[1]?.[0]) - Number(said[0]?.[0])).toBe(60_000);
    expect(report.skipped).toBe(0);
  });

  it('join the lines of a messenger that writes no comma', async () => {
    const { said } = await read([
      '01/05/2024 18:00 - Notice.',
      '01/05/2024 18:00 - Ada: a',
      'b',
      '01/05/2024 18:01 - Bo: c',
    ]);
    expect(said).toEqual([
      [0, 'Ada', 'a\nb'],
      [60_000, 'Bo', 'c'],
    ]);
  });

  it('may have titles above them, which are counted', async () => {
    const { said, report } = await read(['Room name: Bakery', 'Topic: bread', '', '5/1/2024, 6:00:05 PM - Ada: hi']);
    expect(said).toEqual([[0, 'Ada', 'hi']]);
    expect(report.skipped).toBe(2);
  });

  it('follow the days that LINE names', async () => {
    const { said } = await read([
      '2024/05/01(Wed)',
      '18:00\tAda\thi',
      '18:01\t\tBo joined.',
      '2024/05/03(Fri)',
      '09:00\tBo\tho',
    ]);
    expect(said).toEqual([
      [0, 'Ada', 'hi'],
      [140_400_000, 'Bo', 'ho'],
    ]);
  });

  it('lose the colours of IRC, and the notices of eggdrop', async () => {
    const { said, report } = await read([
      '[18:00:05] <Ada> \u{3}04,12red\u{3} \u{2}bold\u{F}',
      '[18:00:06] Nick change: Bo -> Cy',
      "[18:00:07] #b: mode change '+o Bo' by Ada!a@h",
      '[18:00:08] Bo (~b@h) joined #b.',
    ]);
    expect(said).toEqual([[0, 'Ada', 'red bold']]);
    expect(report.skipped).toBe(0);
  });

  it('end a name with the first colon that a space follows', async () => {
    const { said } = await read(['[0:00:01] a:b: c: d', '[0:00:02] e:f', '[0:00:03] \u{202E}eda\u{202C}: x']);
    expect(said.map(([, author, text]) => [author, text])).toEqual([
      ['a:b', 'c: d'],
      ['e', 'f'],
      ['\u{202E}eda\u{202C}', 'x'],
    ]);
  });

  it('are not taken for those of raw IRC with times before its lines', async () => {
    const { format } = await read([
      '2019-04-30 08:56:59 :ada!ada@ada.tmi.twitch.tv PRIVMSG #b :hi: there',
      '2019-04-30 08:57:01 :bo!bo@bo.tmi.twitch.tv PRIVMSG #b :so: x',
    ]);
    expect(format).toBe('irc-raw');
  });

  it('of justlog name the channel, and its notices flag whom they name', async () => {
    const { format, messages } = await read([
      '[2024-05-1 18:00:05] #bakery ada: hello',
      '[2024-05-1 18:00:06] #bakery bo: buy: now',
      '[2024-05-1 18:00:07] #bakery bo has been timed out for 600 seconds',
      '[2024-05-1 18:00:09] #bakery cy subscribed at Tier 1.',
    ]);
    expect(format).toBe('justlog-text');
    expect(messages.map(({ author, text, deleted }) => [author, text, deleted])).toEqual([
      ['ada', 'hello', undefined],
      ['bo', 'buy: now', true],
    ]);
  });

  it('of Chatterino leave display names and notices out, and flag what was removed', async () => {
    const { format, messages, report } = await read([
      '# Start logging at 2024-05-01 23:59:00 CEST',
      '[23:59:50] connected',
      '[23:59:58] あだ ada: hello',
      '[00:00:01] #bakery bo: x: y',
      '[00:00:02] A message from bo was deleted: x: y',
      '[00:00:03] cy subscribed at Tier 1. They have subscribed for 3 months!',
      '[00:00:04] dee: spam',
      '[00:00:05] dee has been permanently banned.',
      '# Stop logging at 2024-05-02 00:01:00 CEST',
    ]);
    expect(format).toBe('chatterino-log');
    expect(messages.map(({ offsetMs, author, text, deleted }) => [offsetMs, author, text, deleted])).toEqual([
      [0, 'ada', 'hello', undefined],
      [3_000, 'bo', 'x: y', true],
      [6_000, 'dee', 'spam', true],
    ]);
    expect(report).toMatchObject({ deleted: 2, skipped: 0 });
  });

  it('of Chatty flag a message that was deleted, whatever the form of the time', async () => {
    const { messages, report } = await read([
      '# Log started: 2024-05-01 18:00:00 +0200',
      '[6:00:05 pm] <Ada> hello',
      '[6:00:06 pm] <Bo> buy now',
      '[6:00:07 pm] DELETED: Bo (buy now)',
      '[6:00:08 pm] BITS: Ada (100)',
    ]);
    expect(messages.map(({ offsetMs, deleted }) => [offsetMs, deleted])).toEqual([
      [0, undefined],
      [1_000, true],
    ]);
    expect(messages[0]?.at).toBe(Date.parse('2024-05-01T18:00:05+02:00'));
    expect(report).toMatchObject({ format: 'chatty-log', deleted: 1, skipped: 0 });
  });

  it.each([
    [
      'irssi',
      [
        '--- Log opened Wed May 01 23:59:00 2024',
        '23:59 -!- ada [a@x] has joined #b',
        '23:59 <@ada> hi',
        '--- Day changed Thu May 02 2024',
        '00:01  * bo waves',
      ],
    ],
    [
      'mIRC',
      [
        'Session Start: Wed May 01 23:59:00 2024',
        'Session Ident: #b',
        '[23:59] <@ada> hi',
        '[00:00] * cy (c@x) has joined #b',
        '[00:01] * bo waves',
        'Session Close: Thu May 02 00:02:00 2024',
      ],
    ],
    [
      'eggdrop',
      [
        '[23:59] --- Wed May  1 2024',
        '[23:59] <ada> hi',
        '[00:00] --- Thu May  2 2024',
        '[00:00] cy (c@x) joined #b.',
        '[00:01] Action: bo waves',
      ],
    ],
    ['ZNC', ['[23:59:00] *** Joins: ada (a@x)', '[23:59:00] <ada> hi', '[00:01:00] * bo waves']],
    [
      'HexChat',
      [
        '**** BEGIN LOGGING AT Wed May  1 23:58:00 2024',
        '',
        'May 01 23:58:02 *\tNow talking on #b',
        'May 01 23:59:00 <ada>\thi',
        'May 02 00:01:00 *\tbo waves',
      ],
    ],
    [
      'HexChat over a year',
      ['**** BEGIN LOGGING AT Tue Dec 31 23:58:00 2024', 'Dec 31 23:59:00 <ada>\thi', 'Jan 01 00:01:00 *\tbo waves'],
    ],
    [
      'WeeChat',
      [
        '2024-05-01 23:58:00\t-->\tada (a@x) has joined #b',
        '2024-05-01 23:59:00\t@ada\thi',
        '2024-05-02 00:01:00\t *\tbo waves',
      ],
    ],
    [
      'Textual',
      [
        '[2024-05-01T23:59:00+0200] <ada> hi',
        '[2024-05-01T23:59:30+0200] cy joined the channel',
        '[2024-05-02T00:01:00+0200] • bo: waves',
      ],
    ],
    [
      'limnoria',
      ['2024-05-01T23:59:00  <ada> hi', '2024-05-01T23:59:30  *** cy has joined #b', '2024-05-02T00:01:00  * bo waves'],
    ],
  ])('of IRC clients go on past midnight, and joins are no messages: %s', async (_, lines) => {
    const { said, report } = await read(lines);
    expect(said).toEqual([
      [0, 'ada', 'hi'],
      [120_000, 'bo', 'waves'],
    ]);
    expect(report.skipped).toBe(0);
  });

  it('of Zoom have the text behind the name or in the lines below', async () => {
    const old = await read([
      '00:58:04\t From  Ada Lark : Depends',
      '00:58:20\t From  Bo  to  Everyone : hello',
      '01:02:00\t From  Ada Lark  to  Bo(Direct Message) : one',
      'two',
    ]);
    expect(old.said).toEqual([
      [3_484_000, 'Ada Lark', 'Depends'],
      [3_500_000, 'Bo', 'hello'],
      [3_720_000, 'Ada Lark', 'one\ntwo'],
    ]);
    const below = await read([
      '16:01:03 From Ada Lark to Everyone:',
      '\thi: there',
      '\ttwo',
      '16:01:20 From Bo to Everyone:',
      '\tho',
    ]);
    expect(below.said).toEqual([
      [0, 'Ada Lark', 'hi: there\ntwo'],
      [17_000, 'Bo', 'ho'],
    ]);
    expect([old.format, below.format]).toEqual(['zoom-chat', 'zoom-chat']);
  });

  it.each([
    [
      'iOS',
      [
        '\u{200E}[25.12.23, 18:03:11] Ada Lark: hello',
        '[25.12.23, 18:03:13] Bo: two',
        'lines: x',
        '[25.12.23, 18:04:11] Cy: 🔥',
      ],
    ],
    [
      'Android',
      [
        '25/12/23, 18:03 - Messages are encrypted.',
        '25/12/23, 18:03 - Ada Lark: hello',
        '25/12/23, 18:03 - Bo: two',
        'lines: x',
        '25/12/23, 18:04 - Cy: 🔥',
      ],
    ],
    [
      'am and pm',
      [
        '12/25/23, 6:03\u{202F}PM - Ada Lark: hello',
        '12/25/23, 6:03\u{202F}PM - Bo: two',
        'lines: x',
        '12/25/23, 6:04\u{202F}PM - Cy: 🔥',
      ],
    ],
  ])('of messengers have messages of several lines: %s', async (_, lines) => {
    const { said, report } = await read(lines);
    expect(said.map(([, author, text]) => [author, text])).toEqual([
      ['Ada Lark', 'hello'],
      ['Bo', 'two\nlines: x'],
      ['Cy', '🔥'],
    ]);
    expect(said[2]?.[0]).toBe(60_000);
    expect(report).toMatchObject({ format: 'messenger-text', skipped: 0 });
  });

  it.each([
    [
      'DiscordChatExporter',
      [
        '====================',
        'Guild: Bakery',
        'Channel: Text / x',
        '====================',
        '',
        '[10/6/2023 12:37 AM] ada',
        'hi: there',
        'two',
        '',
        '[10/6/2023 12:38 AM] bo (pinned)',
        'ho',
        '',
        '{Reactions}',
        '====================',
        'Exported 2 message(s)',
        '====================',
      ],
    ],
    ['Telegram', ['ada, [06.10.23 00:37]', 'hi: there', 'two', '', 'bo, [06.10.23 00:38]', 'ho']],
    ['Slack', ['ada  12:37 AM', 'hi: there', 'two', 'bo  12:38 AM', 'ho']],
    ['Teams', ['[12:37 AM] ada', 'hi: there', 'two', '[12:38 AM] bo', 'ho']],
  ])('with the text below the name are read: %s', async (_, lines) => {
    const { said, report } = await read(lines);
    expect(said).toEqual([
      [0, 'ada', 'hi: there\ntwo'],
      [60_000, 'bo', 'ho'],
    ]);
    expect(report).toMatchObject({ format: 'discord-text', skipped: 0 });
  });
});
