import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';

export interface SourceFile {
  /** from the root of the checkout, with slashes */
  readonly name: string;
  readonly text: string;
}

const TEST = /\.test\.tsx?$/;

/** The product's own files: no tests, and no support that only tests import (it lies outside of `src`). */
export function readSourceFiles(root: string): SourceFile[] {
  return globSync('packages/*/src/**/*.{ts,tsx}', { cwd: root })
    .map((name) => name.replaceAll(path.sep, '/'))
    .filter((name) => !TEST.test(name) && !name.endsWith('.d.ts'))
    .toSorted()
    .map((name) => ({ name, text: readFileSync(path.join(root, name), 'utf8') }));
}

/** Folders with more files than `most`; migrations are a list and are left out. */
export function crowdedFolders(names: readonly string[], most: number): Map<string, number> {
  const counts = new Map<string, number>();
  for (const name of names) {
    const folder = path.posix.dirname(name);
    if (!folder.endsWith('/migrations')) counts.set(folder, (counts.get(folder) ?? 0) + 1);
  }
  return new Map([...counts].filter(([, count]) => count > most));
}

/** Lines that are neither blank nor only comment. */
export function countCodeLines(text: string): number {
  let inComment = false;
  let code = 0;
  for (const line of text.split('\n')) {
    // A comment in JSX stands in braces.
    const trimmed = line.trim().replace(/^\{(?=\/\*)/, '');
    const opens = trimmed.startsWith('/*');
    if (inComment || opens) {
      inComment = !trimmed.slice(opens ? 2 : 0).includes('*/');
      continue;
    }
    if (trimmed !== '' && !trimmed.startsWith('//')) code += 1;
  }
  return code;
}

const ENGINE = /^packages\/server\/src\/(http|gateway|live-feeds|stream)\//;
const SPECIFIER = /(?:\bfrom|\bimport)\s*\(?\s*['"]([^'"]+)['"]/g;

/** How many imports of modules each file of an engine has, types and `import()` too. */
export function moduleImportsOfEngines(files: readonly SourceFile[]): Map<string, number> {
  const counts = files
    .filter(({ name }) => ENGINE.test(name))
    .map(({ name, text }): [string, number] => {
      const specifiers = [...text.matchAll(SPECIFIER)].map(([, specifier = '']) => specifier);
      const targets = specifiers
        .filter((specifier) => specifier.startsWith('.'))
        .map((specifier) => path.posix.join(path.posix.dirname(name), specifier));
      return [name, targets.filter((target) => target.startsWith('packages/server/src/modules/')).length];
    });
  return new Map(counts.filter(([, count]) => count > 0));
}
