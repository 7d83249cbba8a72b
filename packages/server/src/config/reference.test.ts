import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { VARIABLES } from './names.ts';

const page = readFileSync(new URL('../../../../docs/reference/configuration.md', import.meta.url), 'utf8');

describe('docs/reference/configuration.md', () => {
  it('lists every variable with its meaning and what it is when unset, and no other', () => {
    const rows = page.split('\n').filter((line) => line.startsWith('| `'));
    const expected = VARIABLES.map(
      ({ name, meaning, fallback }) => `| \`${name}\` | ${meaning} | ${fallback === '' ? 'unset' : fallback} |`,
    );
    expect(rows).toEqual(expected);
  });
});
