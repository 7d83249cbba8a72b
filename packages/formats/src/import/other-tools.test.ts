import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { comment, gunzipByNode, importBytes, refusal } from '../../test/import-bytes.ts';

const times = (messages: readonly { offsetMs: number; text: string }[]) =>
  messages.map(({ offsetMs, text }) => [offsetMs, text]);

describe('Twitch comment pages', () => {
  it('reads a page a line, and keeps apart what was typed while watching the recording', async () => {
    const pages = [
      { comments: [comment(1, 'late', { source: 'comment' }), comment(2, 'live', { source: 'chat' })], _next: 'x' },
      { comments: [comment(3, 'more'), comment(undefined, 'lost')] },
    ];
    const { messages, report } = await importBytes(pages.map((page) => JSON.stringify(page)).join('\n'));
    expect(messages.map(({ text, kind }) => [text, kind])).toEqual([
      ['late', 'recording'],
      ['live', 'chat'],
      ['more', 'chat'],
    ]);
    expect(report).toMatchObject({ format: 'twitch-comment-pages', recording: 1 });
    expect(report.skips[0]?.where).toBe('comment 2 of line 2');
  });

  it('names the line where the file was cut off', async () => {
    const page = JSON.stringify({ comments: [comment(1, 'one')], _next: 'x' });
    const { report } = await importBytes(`${page}\n${page.slice(0, 60)}`);
    expect(report).toMatchObject({
      messages: 1,
      skips: [{ where: 'line 2', reason: 'it is cut off, so it is not valid JSON' }],
    });
  });
});

describe('Chatty logs', () => {
  it('go on past midnight and flag what a ban removed', async () => {
    const chatLog = [
      '# Log started: [num]:59:58 +0800',
      '[23:59:58] Joining #bo..',
      '[23:59:58] ~Baking~',
      '[23:59:59] <@^Ada> hello',
      '[00:00:01] <Cy> buy now',
      '[00:00:02] BAN: dee (600s), cy',
      '[00:00:03] <Cy> sorry',
      '-',
    ];
    const { messages, report } = await importBytes(chatLog.join('\r\n'));
    expect(messages.map(({ offsetMs, author, text, deleted }) => [offsetMs, author, text, deleted])).toEqual([
      [0, 'Ada', 'hello', undefined],
      [2_000, 'Cy', 'buy now', true],
      [4_000, 'Cy', 'sorry', undefined],
    ]);
    expect(report).toMatchObject({ format: 'chatty-log', skipped: 0, deleted: 1 });
  });

  it('know the wall clock when the header has a date', async () => {
    const { messages } = await importBytes('# Log started: 2016-08-10 20:04:57 +0200\n[20:05:00] <ada> hi\n');
    expect(messages[0]?.at).toBe(Date.parse('2016-08-10T18:05:00Z'));
  });
});

describe('niconico comments', () => {
  it('are sorted by their place in the video, over all threads', async () => {
    const said = (vposMs: unknown, body: string) => ({
      vposMs,
      body,
      userId: 'u',
      postedAt: '2022-07-27T00:24:44+09:00',
    });
    const threads = [
      { fork: 'owner', comments: [said(500, 'welcome')] },
      { fork: 'main', comments: [said(9_000, 'late'), said(1_000, 'early'), said('x', 'lost')] },
      { fork: 'easy', comments: [said(4_000, '🔥')] },
    ];
    const { messages, report } = await importBytes(JSON.stringify({ meta: {}, data: { threads } }));
    expect(messages.map(({ offsetMs, text, kind }) => [offsetMs, text, kind])).toEqual([
      [500, 'welcome', 'notice'],
      [1_000, 'early', 'chat'],
      [4_000, '🔥', 'chat'],
      [9_000, 'late', 'chat'],
    ]);
    expect(messages[1]?.at).toBe(Date.parse('2022-07-26T15:24:44Z'));
    expect(report.skips).toEqual([{ where: 'comment 3 of thread 2', reason: 'it has no time (no vposMs)' }]);
  });
});

describe('labelled chat', () => {
  it('has emote codes, bits, notices and bots', async () => {
    const lines = [
      { t: 0.191, u: 'u1', m: 'Jebaited 🔥', e: ['Jebaited', 'Jebaited'] },
      { t: 1, u: 'u0', m: 'x', n: 'resub', bits: 5 },
      { t: 2, u: 'u2', m: '!help', bot: 1 },
    ];
    const { messages } = await importBytes(lines.map((line) => JSON.stringify(line)).join('\n'), {
      words: ['Jebaited'],
    });
    expect(messages).toEqual([
      {
        offsetMs: 191,
        author: 'u1',
        text: 'Jebaited 🔥',
        emotes: [
          { key: 'text:Jebaited', name: 'Jebaited', count: 2 },
          { key: 'unicode:1f525', name: '🔥', count: 1 },
        ],
        kind: 'chat',
      },
      { offsetMs: 1_000, author: '', text: 'x', emotes: [], kind: 'notice', bits: 5 },
      { offsetMs: 2_000, author: 'u2', text: '!help', emotes: [], kind: 'chat', bot: true },
    ]);
  });
});

describe('thread CSV', () => {
  it('reads quoted comments with line breaks and names the line of one that is cut off', async () => {
    const csv =
      'created_utc,author,body,flair\n1466380280,ada,"GO\n\n""now""",\n1466380285,bo,hi,x\n1466380290,cy,"cut';
    const { messages, report } = await importBytes(csv, { size: 7 });
    expect(times(messages)).toEqual([
      [0, 'GO\n\n"now"'],
      [5_000, 'hi'],
    ]);
    expect(report.skips).toEqual([{ where: 'line 6', reason: 'its quote is never closed: the file was cut off' }]);
  });
});

describe('gzip', () => {
  it('may have several members where the host can unpack them', async () => {
    const packed = Buffer.concat(['[0:00:01] <ada> one\n', '[0:00:02] <ada> two\n'].map((text) => gzipSync(text)));
    expect(times((await importBytes(new Uint8Array(packed), { size: 10, gunzip: gunzipByNode })).messages)).toEqual([
      [1_000, 'one'],
      [2_000, 'two'],
    ]);
    expect(await refusal(new Uint8Array(packed))).toMatch(/^More data follows the end of the gzip data/u);
  });

  it('is refused with the same sentences when the host unpacks it', async () => {
    const packed = new Uint8Array(gzipSync('[0:00:01] <ada> one\n'));
    const sentence = (bytes: Uint8Array) => importBytes(bytes, { gunzip: gunzipByNode });
    await expect(sentence(packed.subarray(0, -3))).rejects.toThrow(
      /^The gzip data ends too early \(after \d+ unpacked/u,
    );
    await expect(sentence(new Uint8Array([...packed, 1, 2, 3]))).rejects.toThrow(
      /^More data follows the end of the gzip/u,
    );
    await expect(sentence(packed.fill(0xff, 12, 20))).rejects.toThrow(/^The gzip data is damaged/u);
  });
});

describe('tables of any tool', () => {
  it.each([
    ['seconds', 'time,user,text', ['1.5', '2'], [1_500, 2_000]],
    ['milliseconds by name', 'offset_ms,user,text', ['1500', '2000'], [1_500, 2_000]],
    ['milliseconds by steps', 'offset,user,text', ['1500', '91000'], [1_500, 91_000]],
    ['microseconds by name', 'offset_us,user,text', ['1500000', '2000000'], [1_500, 2_000]],
    ['clock time', 'offset,user,text', ['0:00:01', '1:02:03'], [1_000, 3_723_000]],
    ['Unix seconds', 'timestamp,user,text', ['1714586400', '1714586401'], [0, 1_000]],
    ['Unix milliseconds', 'timestamp,user,text', ['1714586400000', '1714586400500'], [0, 500]],
    ['Unix microseconds', 'timestamp,user,text', ['1714586400000000', '1714586400500000'], [0, 500]],
    ['ISO 8601', 'timestamp,user,text', ['2024-05-01T18:00:00Z', '2024-05-01T20:00:01+02:00'], [0, 1_000]],
    ['semicolons', 'Author;Message;Created At', [], []],
  ])('find out units and columns: %s', async (_, header, values, wanted) => {
    const rows = values.map((value, index) => `${value},u${index},"hi, ${index}"`);
    const csv =
      values.length > 0 ? [header, ...rows] : [header, 'ada;hi;2024-05-01 18:00:00', 'bo;ho;2024-05-01 18:00:02'];
    const { messages, report } = await importBytes(csv.join('\n'));
    expect(messages.map(({ offsetMs }) => offsetMs)).toEqual(values.length > 0 ? wanted : [0, 2_000]);
    expect(messages[0]).toMatchObject(
      values.length > 0 ? { author: 'u0', text: 'hi, 0' } : { author: 'ada', text: 'hi' },
    );
    expect(report.columns).toMatch(/^time in ".+" \(.+\), author in ".+", text in ".+"$/u);
  });

  it('may be JSON, as a list or a line each, with an author that is an object', async () => {
    const rows = [
      { timestamp: 1_714_586_400_000, user: { name: 'Ada' }, message: 'hi 🔥' },
      { timestamp: 1_714_586_401_000, user: 'bo', message: 'ho' },
    ];
    for (const text of [JSON.stringify(rows), rows.map((row) => JSON.stringify(row)).join('\n')]) {
      const { messages, report } = await importBytes(text);
      expect(messages.map(({ offsetMs, author }) => [offsetMs, author])).toEqual([
        [0, 'Ada'],
        [1_000, 'bo'],
      ]);
      expect(report.format).toBe('generic-json');
    }
  });

  it('are refused with the line and the reason when no time is in them', async () => {
    expect(await refusal('user,text\nada,hi\n')).toBe(
      'Line 1 names no column with times ("user", "text"): call it time, offset or timestamp',
    );
    expect(await refusal('time,user,text\nnoon,ada,hi\n')).toBe(
      'Line 2 has "noon" as "time", which is no time: write seconds, h:mm:ss or ISO 8601',
    );
    const endless = 'x\n'.repeat(600_000);
    expect(await refusal(`time,text\n1,"${endless}`)).toMatch(/^Line 2 begins a record of over a million/u);
    expect(await refusal(`time,text\n1,"${endless}"\n`)).toMatch(/^Line 2 begins a record of over a million/u);
  });
});
