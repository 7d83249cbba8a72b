import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { checkDirection } from './check-direction.ts';

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

function tree(files: Record<string, string>): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'direction-'));
  folders.push(folder);
  for (const [name, text] of Object.entries(files)) {
    const file = path.join(folder, name);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
  return folder;
}

describe('direction check', () => {
  it.each([
    ['modules-import-no-adapter-or-role', 'server/src/modules/a/index.ts', '../../adapters/lmdb/log.ts'],
    ['modules-meet-at-their-index', 'server/src/modules/a/index.ts', '../b/store.ts'],
    ['ports-import-nothing-above', 'server/src/ports/log.ts', '../modules/b/index.ts'],
    ['only-compose-names-adapters', 'server/src/roles/api.ts', '../adapters/lmdb/log.ts'],
    ['packages-meet-at-their-index', 'web/src/a.ts', '../../protocol/src/names.ts'],
    ['moments-is-pure', 'moments/src/a.ts', 'node:fs'],
  ])('names %s for an import of %s', async (name, from, specifier) => {
    const folder = tree({
      [`packages/${from}`]: `import * as wrong from '${specifier}';\nexport { wrong };\n`,
      'packages/server/src/adapters/lmdb/log.ts': 'export const log = 1;\n',
      'packages/server/src/modules/b/index.ts': 'export const b = 1;\n',
      'packages/server/src/modules/b/store.ts': 'export const store = 1;\n',
      'packages/protocol/src/names.ts': 'export const names = 1;\n',
    });
    const { violations, read, expected } = await checkDirection(folder);
    expect(violations).toEqual([expect.stringContaining(`${name}: packages/${from}`)]);
    expect(read).toBe(expected);
  });
});
