import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { FakeIo } from '../../test/support/fake-command-io.ts';
import { commands } from './index.ts';

/** What several commands use. */
const SHARED_FOLDERS = ['chat-log', 'terminal'];

describe('commands', () => {
  it('are listed with their own names, a summary and a usage that begins with their name', async () => {
    for (const { name, summary, load } of commands) {
      const command = await load();
      expect(command.name).toBe(name);
      expect(command.usage).toMatch(new RegExp(`^Usage: ovation ${name}\\b`));
      expect(summary).not.toBe('');
    }
  });

  it('have a file each', () => {
    for (const { name } of commands) {
      expect(readdirSync(new URL(`./${name}`, import.meta.url))).toContain(`${name}.ts`);
    }
  });

  it('are the folders, and every folder is one of them or shared', () => {
    const entries = readdirSync(new URL('.', import.meta.url), { withFileTypes: true });
    const folders = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
    const listed = [...commands.map(({ name }) => name), ...SHARED_FOLDERS];
    expect(folders.toSorted()).toEqual(listed.toSorted());
  });

  it('list each of their options with what it is for when they are asked for help', async () => {
    for (const { load } of commands) {
      const command = await load();
      for (const asked of ['--help', '-h']) {
        const io = new FakeIo();
        expect(await command.run([asked], io)).toBe(0);
        expect(io.written).toEqual({ out: `${command.usage}\n`, err: '' });
      }
      const [synopsis = '', ...blocks] = command.usage.split('\n\n');
      for (const option of command.optionNames) {
        expect(synopsis).toContain(`--${option}`);
        expect(blocks.join('\n\n')).toMatch(new RegExp(String.raw`^ {2}--${option}\b.* {2}\S`, 'm'));
      }
    }
  });

  it.each([
    ['serve', ['now'], /^This command takes options only/],
    ['sql', [], /^Write one statement, in quotes/],
    ['sql', ['select', '1'], /^Write one statement, in quotes/],
    ['log', [], /^Name one topic/],
    ['log', ['feeds', '--from', '-1'], /^--from needs a value: --from OFFSET\.$/],
    ['log', ['feeds', '--from', 'newest'], /^--from is an offset/],
    ['log', ['feeds', '--limit', '1001'], /^--limit is a whole number from 1 to 1,000\.$/],
    ['dead-letters', [], /^Say what to do: list, replay KEY, or replay --all\.$/],
    ['dead-letters', ['replay'], /^Replay either one record by its KEY, or --all\.$/],
    ['dead-letters', ['replay', 'activity/0/7', '--all'], /^Replay either one record by its KEY, or --all\.$/],
    ['rebuild', ['--from', '7'], /^Only --from 0 can be exact/],
    ['config', [], /^Say what to do with it: ovation config print\.$/],
  ])('%s %j is wrong usage, and one sentence says what would be right', async (name, args, sentence) => {
    const command = await commands.find((entry) => entry.name === name)?.load();
    const io = new FakeIo();
    expect(await command?.run(args, io)).toBe(2);
    const [said = '', ...usage] = io.written.err.split('\n\n');
    expect(said.trimEnd()).toMatch(sentence);
    // A wrong value needs the sentence alone.
    expect(['', `${command?.usage}\n`]).toContain(usage.join('\n\n'));
    expect(io.written.out).toBe('');
  });
});
