import { globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { SABOTAGES } from './sabotage.ts';

const source = fileURLToPath(new URL('.', import.meta.url));

describe('sabotage', () => {
  it('is listed in docs/decisions/exact-counting.md, switch by switch', () => {
    const page = readFileSync(new URL('../../../docs/decisions/exact-counting.md', import.meta.url), 'utf8');
    const rows = [...page.matchAll(/^\| `([a-z-]+)` \| ([^|]+) \|/gm)].map(([, name, what]) => [name, what?.trim()]);
    expect(rows).toEqual(Object.entries(SABOTAGES));
  });

  it('has a test that names each switch of another part than the analyzer', () => {
    const tests = globSync('**/sabotage*.test.ts', { cwd: source }).map((file) => readFileSync(source + file, 'utf8'));
    const unnamed = Object.keys(SABOTAGES).filter(
      (name) => /^(relay|gateway|resend|drops)/.test(name) && !tests.some((text) => text.includes(`'${name}'`)),
    );
    expect(unnamed).toEqual([]);
  });

  it('is unknown where the product is put together', () => {
    const files = globSync(['compose.ts', 'rebuild.ts', 'main.ts', '{roles,commands,config,http}/**/*.ts'], {
      cwd: source,
    });
    expect(files.length).toBeGreaterThan(20);
    expect(
      files.filter((file) =>
        readFileSync(source + file, 'utf8')
          .toLowerCase()
          .includes('sabotage'),
      ),
    ).toEqual([]);
  });
});
