import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { channelDetectors, windowDetectors } from './index.ts';

const names = [...windowDetectors, ...channelDetectors].map(({ name }) => name);

describe('list of detectors', () => {
  it('has every file of the folder', () => {
    const files = readdirSync(new URL('.', import.meta.url))
      .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
      .map((file) => file.replace('.ts', ''))
      .filter((file) => !['index', 'detector'].includes(file));
    expect(files.toSorted()).toEqual(names.toSorted());
  });

  it('has a row and a section each in docs/reference/detectors.md', () => {
    const page = readFileSync(new URL('../../../../docs/reference/detectors.md', import.meta.url), 'utf8');
    const rows = [...page.matchAll(/^\| `([^`]+)`/gm)].map(([, name]) => name);
    const sections = [...page.matchAll(/^## `([^`]+)`/gm)].map(([, name]) => name);
    expect(rows).toEqual(names);
    expect(sections).toEqual(names);
  });
});
