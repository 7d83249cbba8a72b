import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { FakeIo } from '../../../test/support/fake-command-io.ts';
import { findLabels, readChat } from '../evaluate/labelled-chats.ts';
import { simulateCommand } from './simulate.ts';

/** The layout of the labelled sets, as their README defines it. */
const seconds = z.number().min(0);
const labelsLayout = z.object({
  source: z.string().startsWith('sim'),
  kind: z.literal('intervals'),
  definition: z.string(),
  videos: z.array(
    z.object({
      id: z.string(),
      file: z.string().endsWith('.chat.jsonl.gz'),
      messages: z.number().int(),
      duration: seconds,
      eval: z.array(z.tuple([seconds, seconds])).length(1),
      highlights: z.array(
        z.object({
          start: z.number().int(),
          end: z.number().int(),
          weight: z.number(),
          type: z.enum(['laugh', 'hype', 'shock', 'sad', 'love']),
          quiet: z.boolean(),
        }),
      ),
      distractors: z.array(z.strictObject({ start: z.number().int(), end: z.number().int(), kind: z.string() })),
      emotes: z.enum(['twitch', 'unicode']),
      mean_rate: z.number(),
    }),
  ),
});
const rowLayout = z.strictObject({
  t: seconds,
  u: z.string().regex(/^u[0-9a-f]{8}$/),
  m: z.string(),
  e: z.array(z.string()).optional(),
  n: z.enum(['subgift', 'raid']).optional(),
  bot: z.literal(1).optional(),
});

let root: string;
beforeAll(async () => {
  root = await mkdtemp(path.join(tmpdir(), 'ovation-simulate-'));
});
afterAll(() => rm(root, { recursive: true, force: true }));

async function run(...args: string[]) {
  const io = new FakeIo();
  const exitCode = await simulateCommand.run(args, io);
  return { exitCode, ...io.written };
}

async function written(folder: string) {
  const labels = labelsLayout.parse(JSON.parse(await readFile(path.join(folder, 'labels.json'), 'utf8')));
  const [video] = labels.videos;
  if (!video) throw new Error('the labels name no video');
  const packed = await readFile(path.join(folder, video.file));
  const rows = gunzipSync(packed)
    .toString()
    .trimEnd()
    .split('\n')
    .map((line) => rowLayout.parse(JSON.parse(line)));
  return { video, packed, rows };
}

describe('ovation simulate', () => {
  it('writes the layout of the labelled sets', async () => {
    const folder = path.join(root, 'new', 'sets');
    const { exitCode, out, err } = await run('--audience', '200', '--out', folder, '--seed', '4');
    expect({ exitCode, err }).toEqual({ exitCode: 0, err: '' });
    const { video, rows } = await written(folder);
    expect(out).toContain('8 moments (2 quiet), 7 floods');
    expect(video).toMatchObject({ id: 'audience-200-s4', messages: rows.length, duration: 3_600, eval: [[0, 3_600]] });
    expect(video.highlights).toHaveLength(8);
    expect(video.distractors.map(({ kind }) => kind).toSorted()).toEqual([
      'adbreak',
      'copypasta',
      'giveaway',
      'poll',
      'raid',
      'spammer',
      'subtrain',
    ]);
    const times = rows.map(({ t }) => t);
    expect(times).toEqual(times.toSorted((a, b) => a - b));
    expect(await readdir(folder)).toEqual(['audience-200-s4.chat.jsonl.gz', 'labels.json']);
  });

  it('is read by ovation evaluate', async () => {
    const folder = path.join(root, 'read');
    await run('--audience', '30', '--hours', '0.5', '--out', folder, '--emotes', 'emoji');
    const [found] = await findLabels(root).then((all) => all.filter((one) => one.folder === folder));
    const video = found?.labels.videos[0];
    if (!video) throw new Error('the labels name no video');
    let messages = 0;
    for await (const message of readChat(folder, video, new AbortController().signal)) {
      expect(message.author).not.toBe('');
      messages += 1;
    }
    expect(messages).toBe((await written(folder)).rows.length);
  });

  it('writes the same bytes for the same seed', async () => {
    const [one, two] = [path.join(root, 'one'), path.join(root, 'two')];
    for (const folder of [one, two]) await run('--audience', '50', '--hours', '0.3', '--seed', '9', '--out', folder);
    expect((await written(one)).packed.equals((await written(two)).packed)).toBe(true);
  });

  it('labels nothing in an audience without events, and no moment whose reaction the end cuts off', async () => {
    const calm = path.join(root, 'calm');
    await run('--audience', '50', '--moments-per-hour', '0', '--floods', 'off', '--out', calm);
    expect((await written(calm)).video).toMatchObject({ highlights: [], distractors: [] });
    for (let seed = 0; seed < 5; seed += 1) {
      const folder = path.join(root, `cut-${seed}`);
      await run('--audience', '1', '--moments-per-hour', '20', '--hours', '0.11', '--seed', `${seed}`, '--out', folder);
      const { video } = await written(folder);
      for (const { start, end } of [...video.highlights, ...video.distractors]) {
        expect(start).toBeLessThan(video.duration);
        expect(end).toBeLessThanOrEqual(video.duration);
      }
    }
  });

  it('writes over what is there only with --force', async () => {
    const folder = path.join(root, 'twice');
    const args = ['--audience', '5', '--hours', '0.1', '--out', folder];
    await run(...args);
    const again = await run(...args);
    expect(again).toMatchObject({ exitCode: 1, err: expect.stringMatching(/labels\.json is there already; --force/) });
    expect(await run(...args, '--force')).toMatchObject({ exitCode: 0, err: '' });
  });

  it('leaves no chat of an earlier seed behind with --force, and nothing else out', async () => {
    const folder = path.join(root, 'seeds');
    const args = ['--audience', '5', '--hours', '0.1', '--out', folder];
    await run(...args, '--seed', '1');
    await writeFile(path.join(folder, 'notes.chat.jsonl.gz'), 'mine');
    expect(await run(...args, '--seed', '2', '--force')).toMatchObject({ exitCode: 0, err: '' });
    expect(await readdir(folder)).toEqual(['audience-5-s2.chat.jsonl.gz', 'labels.json', 'notes.chat.jsonl.gz']);
    await writeFile(path.join(folder, 'labels.json'), JSON.stringify({ videos: [{ file: 'notes.chat.jsonl.gz' }] }));
    await run(...args, '--seed', '3', '--force');
    expect(await readdir(folder)).toContain('notes.chat.jsonl.gz');
  });

  it('leaves nothing half written when it is stopped or cannot write', async () => {
    const folder = path.join(root, 'stopped');
    const io = new FakeIo();
    io.stopping.abort();
    expect(await simulateCommand.run(['--audience', '5', '--out', folder], io)).toBe(130);
    expect(await readdir(folder)).toEqual([]);
    const file = path.join(root, 'file');
    await writeFile(file, '');
    expect(await run('--audience', '5', '--out', file)).toMatchObject({
      exitCode: 1,
      err: expect.stringContaining('cannot be written'),
    });
  });

  it('names what is right when the order is wrong', async () => {
    const said = async (...args: string[]) => {
      const { exitCode, err } = await run(...args);
      return [exitCode, err.split('\n')[0]];
    };
    const rest = ['--audience', '5', '--out', path.join(root, 'x')];
    expect(await said()).toEqual([2, 'Say how many viewers: --audience N.']);
    expect(await said('--audience', '5')).toEqual([2, 'Say where to write: --out FOLDER.']);
    expect(await said('--out', 'x', '--audience', '2000000')).toEqual([
      2,
      '--audience is a whole number from 1 to 1,000,000.',
    ]);
    expect(await said(...rest, '--moments-per-hour', '21')).toEqual([
      2,
      '--moments-per-hour is a whole number from 0 to 20.',
    ]);
    expect(await said(...rest, '--seed', 'x')).toEqual([2, '--seed is a whole number of at most nine digits.']);
    expect(await said(...rest, '--hours', '0')).toEqual([2, '--hours is a number from 0.1 to 24.']);
    expect(await said(...rest, '--floods', 'some')).toEqual([2, '--floods is on or off.']);
    expect(await said(...rest, '--emotes', 'x')).toEqual([2, '--emotes is twitch or emoji.']);
    expect(await said(...rest, '--loud')).toEqual([2, expect.stringContaining('--loud')]);
  });
});
