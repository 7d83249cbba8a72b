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
});
