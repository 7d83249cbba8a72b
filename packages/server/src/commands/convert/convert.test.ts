import { execFile } from 'node:child_process';
import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Readable } from 'node:stream';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FakeIo } from '../../../test/support/fake-command-io.ts';
import { convertCommand } from './convert.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'ovation-convert-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function file(name: string, content: unknown): Promise<string> {
  const target = path.join(folder, name);
  await writeFile(target, typeof content === 'string' ? content : JSON.stringify(content));
  return target;
}

async function run(args: readonly string[], io = new FakeIo()) {
  const exitCode = await convertCommand.run(args, io);
  return { exitCode, ...io.written };
}

const linesOf = (text: string) => text.split('\n').slice(0, -1);

const comment = (second: number, name: string, body: string, more = {}) => ({
  content_offset_seconds: second,
  commenter: { display_name: name },
  message: { body, fragments: [{ text: body, emoticon: null }], ...more },
});
const bread = {
  FileInfo: {},
  streamer: { name: 'Bo' },
  video: { title: 'Baking bread', length: 300 },
  comments: [
    comment(-75.5, 'ada', 'is it on?'),
    comment(3, 'cy', '=HYPERLINK("x")'),
    comment(4, '', 'two\nlines 🔥🔥'),
    comment(5, 'dee', 'cheer', { bits_spent: 100 }),
  ],
};

describe('ovation convert', () => {
  it('writes a JSON object a line, with the negative time of what was said before the start', async () => {
    const target = await file('bread.json', bread);
    const { exitCode, out, err } = await run([target, '--to', 'jsonl']);
    expect(exitCode).toBe(0);
    const fire = { key: 'unicode:1f525', name: '🔥', count: 2 };
    expect(linesOf(out).map((line): unknown => JSON.parse(line))).toEqual([
      { offsetMs: -75_500, author: 'ada', text: 'is it on?', kind: 'chat', emotes: [] },
      { offsetMs: 3_000, author: 'cy', text: '=HYPERLINK("x")', kind: 'chat', emotes: [] },
      { offsetMs: 4_000, author: '', text: 'two\nlines 🔥🔥', kind: 'chat', emotes: [fire] },
      { offsetMs: 5_000, author: 'dee', text: 'cheer', kind: 'chat', emotes: [], bits: 100 },
    ]);
    expect(linesOf(err.replace(folder, ''))).toEqual([
      '/bread.json · Baking bread · Bo',
      '  TwitchDownloader JSON: 4 messages from -0:01:16 to 0:00:05 of 0:05:00',
      '  1 message before the start',
    ]);
  });

  it('writes a table in which no spreadsheet calculates what a stranger typed', async () => {
    const { out } = await run([await file('bread.json', bread), '--to', 'csv']);
    expect(out).toBe(
      [
        'offsetMs,author,authorId,text,kind,emotes,bits,deleted,id',
        '-75500,ada,,is it on?,chat,,,,',
        '3000,cy,,"\'=HYPERLINK(""x"")",chat,,,,',
        '4000,,,"two\nlines 🔥🔥",chat,unicode:1f525 unicode:1f525,,,',
        '5000,dee,,cheer,chat,,100,,',
        '',
      ].join('\n'),
    );
  });

  it('writes text with one line a message, whatever the message holds', async () => {
    const { out } = await run([await file('bread.json', bread), '--to', 'txt']);
    expect(linesOf(out)).toEqual([
      '[-0:01:16] ada: is it on?',
      '[0:00:03] cy: =HYPERLINK("x")',
      '[0:00:04] : two lines 🔥🔥',
      '[0:00:05] dee: cheer',
    ]);
  });

  it('reads its own table again, with the same times and texts', async () => {
    const table = await run([await file('bread.json', bread), '--to', 'csv']);
    const again = await run([await file('again.csv', table.out), '--to', 'txt']);
    expect(linesOf(again.out)[0]).toBe('[-0:01:16] ada: is it on?');
    expect(linesOf(again.out)).toHaveLength(4);
  });

  it('reads standard input for -, and names it', async () => {
    const io = new FakeIo();
    io.stdin = Readable.from([Buffer.from('[0:00:01] ada: hi\n[0:00:0'), Buffer.from('2] bo: there\n')]);
    const { exitCode, out, err } = await run(['-', '--to', 'txt'], io);
    expect({ exitCode, out }).toEqual({ exitCode: 0, out: '[0:00:01] ada: hi\n[0:00:02] bo: there\n' });
    expect(linesOf(err)[0]).toBe('standard input');
    const silent = await run(['-', '--to', 'txt']);
    expect(silent).toMatchObject({ exitCode: 1, err: expect.stringMatching(/^standard input: The file is empty/) });
  });

  it.skipIf(process.platform === 'win32')('reads a named pipe', async () => {
    const pipe = path.join(folder, 'pipe');
    await promisify(execFile)('mkfifo', [pipe]);
    const [{ exitCode, out }] = await Promise.all([
      run([pipe, '--to', 'txt']),
      writeFile(pipe, '[0:00:01] ada: hi\n[0:00:02] bo: there\n'),
    ]);
    expect({ exitCode, out }).toEqual({ exitCode: 0, out: '[0:00:01] ada: hi\n[0:00:02] bo: there\n' });
  });

  it('ends without a word when the reader of its lines has gone', async () => {
    const io = new FakeIo();
    io.reads = 1;
    const { exitCode, out, err } = await run([await file('bread.json', bread), '--to', 'csv'], io);
    expect({ exitCode, lines: linesOf(out).length, err }).toEqual({ exitCode: 0, lines: 1, err: '' });
  });

  it('writes the file of --out when it is whole, and leaves it alone when the log is damaged', async () => {
    const out = path.join(folder, 'out.txt');
    const good = await run([await file('bread.json', bread), '--to', 'txt', '--out', out]);
    expect(good).toMatchObject({ exitCode: 0, out: '' });
    const written = await readFile(out, 'utf8');
    expect(linesOf(written)).toHaveLength(4);
    const cut = await file('cut.json', JSON.stringify(bread).slice(0, -40));
    const bad = await run([cut, '--to', 'txt', '--out', out]);
    expect(bad).toMatchObject({ exitCode: 1, err: expect.stringContaining('cut.json: ') });
    expect(await readFile(out, 'utf8')).toBe(written);
    expect((await readdir(folder)).filter((name) => name.endsWith('.part'))).toEqual([]);
    const nowhere = await run([cut, '--to', 'txt', '--out', path.join(folder, 'none', 'out.txt')]);
    expect(nowhere).toMatchObject({ exitCode: 1, err: expect.stringContaining('name a file in a folder that exists') });
  });

  it('counts from the start that it is told', async () => {
    const log = await file('dated.txt', '[2026-03-01 20:00:00 UTC] ada: hi\n[2026-03-01 20:00:09 UTC] bo: there\n');
    const { out } = await run([log, '--to', 'txt', '--start', '2026-03-01T20:00:05Z']);
    expect(linesOf(out)).toEqual(['[-0:00:05] ada: hi', '[0:00:04] bo: there']);
    const sameInstant = await run([log, '--to', 'txt', '--start', '2026-03-01T21:00+01:00']);
    expect(linesOf(sameInstant.out)[0]).toBe('[0:00:00] ada: hi');
  });

  it.each([
    [['--to', 'txt'], /^Name at least one file, or - for standard input\./],
    [['log.txt'], /^--to: jsonl, csv or txt\./],
    [['log.txt', '--to', 'xml'], /^--to: jsonl, csv or txt\./],
    [['log.txt', '--to', 'txt', '--unit', 'h'], /^--unit: s, ms or us/],
    [['log.txt', '--to', 'txt', '--start', 'noon'], /^--start must be a date and a time in ISO 8601/],
    [['log.txt', '--to', 'txt', '--start', '2026-02-30T20:00:00Z'], /^--start must be a date/],
  ])('says what would be right for %j', async (args, sentence) => {
    expect(await run(args)).toMatchObject({ exitCode: 2, err: expect.stringMatching(sentence) });
  });
});
