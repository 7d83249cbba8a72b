import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FakeIo } from '../../../test/support/fake-command-io.ts';
import { analyzeCommand } from './analyze.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'ovation-analyze-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function file(name: string, content: unknown): Promise<string> {
  const target = path.join(folder, name);
  await writeFile(target, typeof content === 'string' ? content : JSON.stringify(content));
  return target;
}

async function run(...args: string[]) {
  const io = new FakeIo();
  const exitCode = await analyzeCommand.run(args, io);
  return { exitCode, ...io.written };
}

async function momentsOf(...args: string[]) {
  const out = path.join(folder, 'out.json');
  const { exitCode } = await run(...args, '--json', out);
  const { files } = JSON.parse(await readFile(out, 'utf8')) as { files: { moments: Record<string, unknown>[] }[] };
  return { exitCode, moments: files[0]?.moments };
}

/** A message each second; the emote is LUL (id 1) but PogChamp (id 2) in minute 2. */
function chatLog(seconds: number) {
  const comments = Array.from({ length: seconds }, (_, second) => {
    const isHype = second >= 120 && second < 180;
    const emote = { text: isHype ? 'PogChamp' : 'LUL', emoticon: { emoticon_id: isHype ? '2' : '1' } };
    return { content_offset_seconds: second, commenter: { name: 'ada' }, message: { body: '', fragments: [emote] } };
  });
  return { FileInfo: {}, streamer: { name: 'Bo' }, video: { title: 'Baking \u001B[31mbread', length: 300 }, comments };
}

const record = (emote: string, second: number) => ({
  emote,
  timestamp: new Date(1_700_000_000_000 + second).toISOString(),
});

describe('ovation analyze', () => {
  it('finds exactly one moment in three fires and a smile with threshold 0.5 (S0-31)', async () => {
    const records = [record('🔥', 0), record('🔥', 1), record('🔥', 2), record('😀', 3)];
    const { exitCode, moments } = await momentsOf(await file('fires.json', records), '--threshold', '0.5');
    expect(exitCode).toBe(0);
    expect(moments).toMatchObject([{ display: '🔥', emote: 'unicode:1f525', count: 3, total: 4, ratio: 0.75 }]);
    const lines = await file('fires.jsonl', records.map((one) => JSON.stringify(one)).join('\n'));
    expect((await momentsOf(lines, '--threshold', '0.5')).moments).toEqual(moments);
  });

  it('finds no moment in an empty list (S0-31)', async () => {
    expect(await momentsOf(await file('none.json', []))).toEqual({ exitCode: 0, moments: [] });
  });

  it('prints the broadcast, its curve with marks, and the moments', async () => {
    const target = await file('bread.json', chatLog(300));
    const { exitCode, out, err } = await run(target, '--detector', 'ratio');
    expect({ exitCode, err }).toEqual({ exitCode: 0, err: '' });
    expect(out.replace(target, 'bread.json').split('\n')).toEqual([
      'bread.json · Baking  [31mbread · Bo',
      '  TwitchDownloader JSON: 300 messages from 0:00:00 to 0:04:59 of 0:05:00',
      '  emotes: LUL PogChamp (the 2 most used of this log, because the classic eight are only 0 % of its emotes)',
      "  rule: over 30 % of a minute's reactions, judged every 30 reactions; 300 reactions in all",
      '',
      `  ${'█'.repeat(75)}`,
      `  ▲${' '.repeat(14)}▲${' '.repeat(14)}▲${' '.repeat(14)}▲${' '.repeat(14)}▲`,
      `  0:00:00${' '.repeat(61)}0:04:59`,
      '  messages in 4 s, at most 4; ▲ moments',
      '',
      '  5 moments',
      '     time  emote     count/total  ratio  messages',
      '  0:00:00  LUL             60/60  100 %        60',
      '  0:01:00  LUL             60/60  100 %        60',
      '  0:02:00  PogChamp        60/60  100 %        60',
      '  0:03:00  LUL             60/60  100 %        60',
      '  0:04:00  LUL             60/60  100 %        60',
      '',
    ]);
  });

  it('counts what --emotes names, by the name it has in chat', async () => {
    const target = await file('bread.json', chatLog(300));
    expect((await momentsOf(target, '--emotes', 'PogChamp,🔥')).moments).toMatchObject([
      { time: '0:02:00', display: 'PogChamp' },
    ]);
    expect((await momentsOf(target, '--emotes', 'twitch:2')).moments).toMatchObject([
      { time: '0:02:00', display: 'PogChamp' },
    ]);
    expect((await momentsOf(target, '--emotes', 'seed')).moments).toEqual([]);
    expect((await run(target, '--emotes', 'seed')).out).toContain('(the classic eight, as asked)');
  });

  it('counts words of a text log when they are named', async () => {
    const lines = Array.from({ length: 40 }, (_, second) => `[0:00:${String(second).padStart(2, '0')}] <ada> haha LUL`);
    const target = await file('words.txt', lines.join('\n'));
    expect((await momentsOf(target)).moments).toEqual([]);
    expect((await momentsOf(target, '--emotes', 'LUL')).moments).toMatchObject([
      { display: 'LUL', count: 40, messages: 40 },
    ]);
  });

  it('counts third-party emotes of a list, and those that TwitchDownloader embedded', async () => {
    const lines = Array.from({ length: 40 }, (_, second) => `[0:00:${second + 10}] <ada> haha catJAM`);
    const target = await file('listed.txt', lines.join('\n'));
    const list = await file('bttv.json', [{ id: '5f1b', code: 'catJAM', imageType: 'gif' }]);
    const wanted = [{ emote: 'bttv:5f1b', display: 'catJAM', count: 40 }];
    expect((await momentsOf(target, '--emotes-file', list)).moments).toMatchObject(wanted);
    const comments = Array.from({ length: 40 }, (_, second) => ({
      content_offset_seconds: second,
      message: { body: 'haha catJAM', fragments: [{ text: 'haha catJAM' }] },
    }));
    const embeddedData = { thirdParty: [{ id: '128054', data: 'AAAA', name: 'catJAM', url: null }] };
    const embedded = await file('embedded.json', { FileInfo: {}, comments, embeddedData });
    expect((await momentsOf(embedded, '--detector', 'ratio')).moments).toMatchObject([
      { emote: 'ffz:128054', display: 'catJAM' },
    ]);
    expect((await momentsOf(embedded, '--emotes-file', list)).moments).toMatchObject(wanted);
  });

  it('says what is wrong with a list of emotes', async () => {
    const target = await file('short.txt', '[0:00:01] <ada> hi\n');
    const list = await file('none-list.json', { data: [] });
    const { exitCode, err } = await run(target, '--emotes-file', list);
    expect(exitCode).toBe(1);
    expect(err).toContain(`--emotes-file ${list}: The JSON holds no list of emotes as BTTV, FFZ, 7TV`);
    expect((await run(target, '--emotes-file', target)).err).toContain('The file is no JSON');
    expect((await run(target, '--emotes-file', `${list}.no`)).err).toContain('There is no file of this name');
  });

  it('takes the classic eight when a fifth of the emotes are theirs', async () => {
    const lines = Array.from(
      { length: 40 },
      (_, second) => `[0:00:${second + 10}] <ada> ${second % 4 === 0 ? '🔥' : '🍕'}`,
    );
    const { out } = await run(await file('seed.txt', lines.join('\n')), '--detector', 'ratio');
    expect(out).toContain('(the classic eight, which are 25 % of its emotes)');
    expect(out).toContain('🔥');
  });

  it('says what was left out and skipped', async () => {
    const { comments, ...rest } = chatLog(3);
    const more = [{ content_offset_seconds: 2, source: 'comment', message: { body: 'later' } }, { message: {} }];
    const { out } = await run(
      await file('skips.json', { ...rest, comments: [...comments, ...more] }),
      '--detector',
      'ratio',
    );
    expect(out).toContain('3 messages from');
    expect(out).toContain('left out: 1 typed while watching the recording');
    expect(out).toContain('skipped: 1; the first is comment 5: it has no time (content_offset_seconds is missing)');
    expect(out).toContain('0 moments: no emote rose above 30 % in a minute with at least 30 reactions');
  });

  it('goes on after a file that cannot be read, and fails at the end', async () => {
    const good = await file('bread.json', chatLog(60));
    const bad = await file('page.json', '<html></html>');
    const { exitCode, out, err } = await run(bad, path.join(folder, 'missing.json'), folder, good);
    expect(exitCode).toBe(1);
    expect(out).toContain('Baking');
    expect(err.trimEnd().split('\n')).toEqual([
      expect.stringMatching(/page\.json: The file is a web page \(HTML\)/u),
      expect.stringMatching(/missing\.json: There is no file of this name$/u),
      expect.stringMatching(/: This is a folder; name the files in it$/u),
    ]);
  });

  it('takes surge for chat logs and ratio for records, unless told otherwise (S0-31)', async () => {
    const chat = await file('bread.json', chatLog(60));
    const records = await file('records.json', [record('🔥', 0)]);
    const isRatio = async (...args: string[]) => (await run(...args)).out.includes('rule: over');
    expect(await isRatio(chat)).toBe(false);
    expect(await isRatio(records)).toBe(true);
    expect(await isRatio(records, '--detector', 'surge')).toBe(false);
    // Options that only one detector has choose it.
    for (const option of [
      ['--interval', '5'],
      ['--threshold', '0.5'],
      ['--emotes', 'top'],
      ['--detector', 'ratio'],
    ]) {
      expect(await isRatio(chat, ...option)).toBe(true);
    }
  });

  it('shows what was said, the kind, how much louder it was, and where a raid may be', async () => {
    const lines = Array.from({ length: 900 }, (_, at) => ({
      at: 2 * at,
      name: `viewer${at % 200}`,
      text: `line ${at}`,
    }));
    const goal = Array.from({ length: 200 }, (_, at) => ({ at: 900 + at / 10, name: `viewer${at}`, text: 'GOAL' }));
    const raid = Array.from({ length: 200 }, (_, at) => ({
      at: 1_500 + at / 10,
      name: `guest${at}`,
      text: 'hello raid',
    }));
    const comments = [...lines, ...goal, ...raid]
      .toSorted((a, b) => a.at - b.at)
      .map(({ at, name, text }) => ({
        content_offset_seconds: at,
        commenter: { name },
        message: { body: text, fragments: [{ text, emoticon: null }] },
      }));
    const notice = {
      content_offset_seconds: 1_500,
      commenter: { name: 'host' },
      message: {
        body: '200 raiders from host have joined!',
        fragments: [{ text: '200 raiders from host have joined!', emoticon: null }],
        user_notice_params: { msg_id: 'raid' },
      },
    };
    const at = comments.findIndex(({ content_offset_seconds: second }) => second >= 1_500);
    const target = await file('goal.json', { FileInfo: {}, comments: comments.toSpliced(at, 0, notice) });
    const { out } = await run(target);
    const [heading, ...rows] = out.slice(out.indexOf('moments\n') + 8).split('\n');
    expect(heading?.trim().split(/\s{2,}/u)).toEqual([
      'time',
      'seconds',
      'louder',
      'messages',
      'people',
      'kind',
      'perhaps',
      'said',
    ]);
    expect(rows[0]).toMatch(/^ +0:1[45]:\d\d +\d+ +[\d.]+ × +\d+ +\d+ +hype +GOAL/u);
    expect(rows[1]).toMatch(/ hype +raid +hello/u);
  });

  it('tells apart what was said before the start, which makes no moment in either detector (K01)', async () => {
    const waiting = Array.from({ length: 400 }, (_, at) => -40 + at / 10);
    const seconds = [...waiting, ...Array.from({ length: 600 }, (_, at) => 2 * at)];
    const comments = seconds.map((second, at) => ({
      content_offset_seconds: second,
      commenter: { name: `viewer${at}` },
      message: { body: '🔥', fragments: [{ text: '🔥', emoticon: null }] },
    }));
    const target = await file('waiting.json', { FileInfo: {}, comments });
    for (const detector of ['surge', 'ratio']) {
      const { out } = await run(target, '--detector', detector, '--interval', '50');
      expect(out).toContain('400 messages before the start');
      const { moments = [] } = await momentsOf(target, '--detector', detector, '--interval', '50');
      expect(moments.filter(({ startSeconds }) => Number(startSeconds) <= 0)).toEqual([]);
    }
  });

  it('reads archives and joined parts, and names each log', async () => {
    const part = (from: number) => `[0:00:0${from}] <ada> 🔥\n[0:00:0${from + 1}] <bo> 🔥\n`;
    const [one, two] = [await file('one.txt', part(1)), await file('two.txt', part(1))];
    const apart = await run(one, two);
    expect(apart.out.match(/2 messages/gu)).toHaveLength(2);
    const joined = await run(one, two, '--join');
    expect(joined.out).toContain('4 messages from 0:00:01 to 0:00:04');
    expect(joined.out).toContain('where the part before it ends, because its times begin again');
  });

  it('fails with a sentence when OUT cannot be written', async () => {
    const good = await file('bread.json', chatLog(60));
    const { exitCode, err } = await run(good, '--json', path.join(folder, 'no', 'out.json'));
    expect(exitCode).toBe(1);
    expect(err).toMatch(/cannot be written .*name a file in a folder that exists\n$/u);
  });

  it.each([
    [[], 'Name at least one file, or - for standard input.'],
    [['x', '--interval', '0'], '--interval: Interval must be a positive number'],
    [['x', '--interval', 'ten'], '--interval: Interval must be a positive number'],
    [['x', '--interval', '1001'], '--interval: Interval too large'],
    [['x', '--threshold', '1'], '--threshold: Threshold must be a number between 0 and 1'],
    [['x', '--emotes', ','], '--emotes: Allowed emotes must be a non-empty array'],
    [['x', '--emotes', 'a b'], '--emotes: Each allowed emote must be an emoji'],
    [['x', '--loud'], "Unknown option '--loud'"],
  ])('says in one sentence what would be right for %j', async (args, problem) => {
    const { exitCode, out, err } = await run(...args);
    expect({ exitCode, out }).toEqual({ exitCode: 2, out: '' });
    const [said, ...more] = err.trimEnd().split('\n\n');
    expect(said).toContain(problem);
    // The whole usage is for a call without a file.
    expect(more.length > 0).toBe(args.length === 0);
  });

  it('stops when the person stops it', async () => {
    const io = new FakeIo();
    io.stopping.abort();
    expect(await analyzeCommand.run([await file('bread.json', chatLog(60))], io)).toBe(130);
    expect(io.written).toEqual({ out: '', err: '' });
  });
});
