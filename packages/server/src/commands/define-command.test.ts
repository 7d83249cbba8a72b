import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { FakeIo } from '../../test/support/fake-command-io.ts';
import { CommandError } from './command-errors.ts';
import { flag, text, texts } from './command-options.ts';
import { defineCommand } from './define-command.ts';
import type { Outcome } from './exit-codes.ts';

const LONG = 'words '.repeat(30).trim();
const speed = z
  .string()
  .transform(Number)
  .refine((value) => value > 0, '--speed is a number above 0.');

function commandThat(act: (given: unknown) => Outcome | Promise<Outcome>) {
  return defineCommand({
    name: 'walk',
    about: `Walks. ${LONG}`,
    operands: { value: 'PLACE', type: z.tuple([z.string()], 'Name one place.') },
    options: {
      speed: { type: speed, value: 'N', about: 'how fast', default: '5' },
      to: { type: z.string('Say where to: --to PLACE.'), value: 'PLACE', about: 'where to' },
      gait: {
        type: z.enum(['walk', 'run'], '--gait is walk or run.'),
        value: 'walk|run',
        about: { walk: 'one foot on the ground', run: 'none' },
        default: 'walk',
      },
      with: texts('NAME', 'company; may be given several times'),
      map: text('FILE', `a map. ${LONG}`),
      fast: flag('do not look around'),
    },
    closing: 'That is all.',
    run: async (given) => act(given),
  });
}

async function run(args: readonly string[], outcome: () => Outcome | Promise<Outcome> = () => 'fine') {
  const io = new FakeIo();
  let given: unknown;
  const command = commandThat((read) => {
    given = read;
    return outcome();
  });
  const code = await command.run(args, io);
  return { code, given, ...io.written, sentence: io.written.err.split('\n\n')[0], usage: command.usage };
}

describe('a command', () => {
  it('gets its options checked and converted, with defaults for those that are missing', async () => {
    const least = await run(['here', '--to', 'there']);
    const options = { speed: 5, to: 'there', gait: 'walk', with: [], map: undefined, fast: false };
    expect(least).toMatchObject({ code: 0, given: { operands: ['here'], options }, out: '', err: '' });
    const all = ['--fast', '--speed=7', 'here', '--to', 'there', '--with', 'ann', '--with', 'bob', '--gait', 'run'];
    expect((await run([...all, '--map', '-'])).given).toEqual({
      operands: ['here'],
      options: { speed: 7, to: 'there', gait: 'run', with: ['ann', 'bob'], map: '-', fast: true },
    });
    expect((await run(['--to=--there', '--', '--here'])).given).toMatchObject({
      operands: ['--here'],
      options: { to: '--there' },
    });
  });

  it.each([
    [['here', '--loud'], "Unknown option '--loud'. The options are --speed, --to, --gait, --with, --map, --fast."],
    [['here', '-x'], "Unknown option '-x'. The options are --speed, --to, --gait, --with, --map, --fast."],
    [['here', '--__proto__'], expect.stringContaining("Unknown option '--__proto__'.")],
    [['here', '--lo\u001B[31mud'], expect.stringContaining("Unknown option '--lo [31mud'.")],
    [['here', '--to'], '--to needs a value: --to PLACE.'],
    [['here', '--to', '--fast'], '--to needs a value: --to PLACE.'],
    [['here', '--to', 'x', '--fast=yes'], '--fast takes no value: write it without "=yes".'],
    [['here', '--to', 'x', '--speed', '0'], '--speed is a number above 0.'],
    [['here', '--to', 'x', '--gait', 'crawl'], '--gait is walk or run.'],
  ])('says what is wrong with %j in one line, and ends with 2', async (args, sentence) => {
    const { code, err, given, out } = await run(args);
    expect({ code, given, out }).toEqual({ code: 2, given: undefined, out: '' });
    expect(err.trimEnd()).toEqual(sentence);
    expect(err.trimEnd()).not.toContain('\n');
  });

  it.each([
    [['here'], 'Say where to: --to PLACE.'],
    [['--to', 'x'], 'Name one place.'],
    [['a', 'b', '--to', 'x'], 'Name one place.'],
  ])('shows the usage to %j, where something is missing or too much', async (args, sentence) => {
    const { code, err, usage } = await run(args);
    expect({ code, err }).toEqual({ code: 2, err: `${sentence}\n\n${usage}\n` });
  });

  it('ends with the exit code of its outcome, and with 1 and a sentence when it cannot go on', async () => {
    const args = ['here', '--to', 'x'];
    const codes = [];
    for (const outcome of ['fine', 'failed', 'usage', 'stopped'] as const) {
      codes.push((await run(args, () => outcome)).code);
    }
    expect(codes).toEqual([0, 1, 2, 130]);
    const failed = await run(args, () => Promise.reject(new CommandError('The way is\nblocked')));
    expect(failed).toMatchObject({ code: 1, out: '', err: 'The way is blocked\n' });
    await expect(run(args, () => Promise.reject(new TypeError('a bug')))).rejects.toThrow('a bug');
  });

  it('ends with 130 and without a word when an error follows Ctrl+C', async () => {
    const io = new FakeIo();
    const command = commandThat(() => {
      io.stopping.abort();
      throw new CommandError('cut off');
    });
    expect(await command.run(['here', '--to', 'x'], io)).toBe(130);
    expect(io.written).toEqual({ out: '', err: '' });
  });

  it('has a usage text made of its declaration, at most 120 columns wide', async () => {
    const { usage } = await run([]);
    const lines = usage.split('\n');
    expect(Math.max(...lines.map(({ length }) => length))).toBeLessThanOrEqual(120);
    expect(lines.slice(0, 3)).toEqual([
      'Usage: ovation walk PLACE [--speed N] --to PLACE [--gait walk|run] [--with NAME]... [--map FILE] [--fast]',
      '',
      expect.stringMatching(/^Walks\. words/),
    ]);
    expect(lines.slice(5)).toEqual([
      '  --speed N    how fast (5)',
      '  --to PLACE   where to',
      '  --gait walk  one foot on the ground (default)',
      '  --gait run   none',
      '  --with NAME  company; may be given several times',
      expect.stringMatching(/^ {2}--map FILE {3}a map\. words/),
      expect.stringMatching(/^ {15}words/),
      '  --fast       do not look around',
      '',
      'That is all.',
    ]);
  });
});
