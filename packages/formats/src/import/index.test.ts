import { existsSync, readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { importFormats } from './index.ts';

const filesOfFormats = readdirSync(import.meta.dirname, { recursive: true, encoding: 'utf8' })
  .map((file) => path.basename(file))
  .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts') && file !== 'index.ts')
  .map((file) => file.slice(0, -'.ts'.length));

describe('the list of import formats', () => {
  it('names every file of the folder and of those in it, and nothing else', () => {
    expect(importFormats.map(({ name }) => name).toSorted()).toEqual(filesOfFormats.toSorted());
  });

  it('is the list of the reference page', () => {
    const page = new URL('../../../../docs/reference/formats.md', import.meta.url);
    expect(existsSync(page)).toBe(true);
    const named = [...readFileSync(page, 'utf8').matchAll(/^### `([a-z-]+)`$/gmu)].map(([, name]) => name);
    expect(named).toEqual(importFormats.map(({ name }) => name));
  });
});
