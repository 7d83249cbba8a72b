import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const repository = new URL('../', import.meta.url);
const page = readFileSync(new URL('docs/requirements-status.md', repository), 'utf8');
const rows = page.split('\n').filter((line) => /^- [SC][\d-]+ →/.test(line));

describe('docs/requirements-status.md', () => {
  it('ticks rows in order, each once', () => {
    const ids = rows.map((row) => row.split(' ')[1] ?? '');
    const byNumber = new Intl.Collator('en', { numeric: true }).compare;
    expect(ids).toEqual(
      [...new Set(ids)].toSorted((one, two) => one.slice(0, 1).localeCompare(two.slice(0, 1)) || byNumber(one, two)),
    );
    expect(ids.length).toBeGreaterThan(0);
  });

  it.each(rows)('%s', (row) => {
    const tests = [...row.matchAll(/`([^`]+)`, "([^"]+)"/g)];
    expect(tests.length).toBeGreaterThan(0);
    for (const [, file = '', title = ''] of tests) {
      expect(existsSync(new URL(file, repository)), `${file} exists`).toBe(true);
      expect(readFileSync(new URL(file, repository), 'utf8'), `${file} has the test`).toContain(title);
    }
  });
});
