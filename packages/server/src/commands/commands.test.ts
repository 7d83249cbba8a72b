import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { commands } from './index.ts';

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
    const files = readdirSync(new URL('.', import.meta.url));
    expect(commands.filter(({ name }) => !files.includes(`${name}.ts`))).toEqual([]);
  });
});
