import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import { buildOnce, inputsOf, type Build } from './build-cache.ts';
import { builds } from './builds.ts';

describe('a build from the cache (S4-09)', () => {
  it('runs once for the same inputs', async () => {
    const { build, runs } = openFolder({ 'src/a.txt': 'one' });
    expect((await build()).how).toBe('built');
    expect((await build()).how).toBe('kept');
    expect(runs()).toBe(1);
  });

  it('runs again when an input has another content, comes, goes or gets another name', async () => {
    const { build, write, remove, runs } = openFolder({ 'src/a.txt': 'one' });
    await build();
    write('src/a.txt', 'two');
    expect((await build()).how).toBe('built');
    write('src/b.txt', 'new');
    expect((await build()).how).toBe('built');
    remove('src/b.txt');
    write('src/c.txt', 'new');
    expect((await build()).how).toBe('built');
    expect(runs()).toBe(4);
  });

  it('does not run for what changes nothing: other times, files left out', async () => {
    const { build, write, runs } = openFolder({ 'src/a.txt': 'one' });
    await build();
    write('src/a.txt', 'one');
    write('src/a.test.txt', 'a test');
    expect((await build()).how).toBe('kept');
    expect(runs()).toBe(1);
  });

  it('copies an earlier result when its inputs are back, or the output was touched', async () => {
    const { build, write, read, runs } = openFolder({ 'src/a.txt': 'one' });
    await build();
    write('src/a.txt', 'two');
    await build();
    write('src/a.txt', 'one');
    expect((await build()).how).toBe('copied');
    expect(read('out/result.txt')).toBe('one');
    write('out/result.txt', 'spoilt');
    write('out/left-over.txt', 'from elsewhere');
    expect((await build()).how).toBe('copied');
    expect(read('out/result.txt')).toBe('one');
    expect(read('out/left-over.txt')).toBeUndefined();
    expect(runs()).toBe(2);
  });

  it('builds again when the cache itself is damaged', async () => {
    const { build, write, cached } = openFolder({ 'src/a.txt': 'one' });
    await build();
    write(`${cached()}/output/result.txt`, 'spoilt');
    expect((await build()).how).toBe('built');
  });

  it('keeps nothing of a build that failed', async () => {
    const { build, write, cached } = openFolder({ 'src/a.txt': 'fail' });
    await expect(build()).rejects.toThrow('cannot be built');
    expect(cached()).toBeUndefined();
    write('src/a.txt', 'one');
    expect((await build()).how).toBe('built');
  });

  it('refuses patterns that match nothing', async () => {
    const { build, remove } = openFolder({ 'src/a.txt': 'one' });
    remove('src/a.txt');
    await expect(build()).rejects.toThrow('No file matches src/**');
  });
});

describe('page and docs (S4-09)', () => {
  const root = fileURLToPath(new URL('..', import.meta.url));

  it('are built from their sources, their dependencies and what builds them, and from no test', () => {
    const [page, docs] = builds(root);
    const pageFiles = inputFiles(root, page);
    expect(pageFiles).toEqual(
      expect.arrayContaining(['package-lock.json', 'packages/web/src/main.tsx', 'packages/client/src/index.ts']),
    );
    const docsFiles = inputFiles(root, docs);
    expect(docsFiles).toEqual(expect.arrayContaining(['README.md', 'docs/flows.md', 'scripts/docs/assets/site.css']));
    for (const files of [pageFiles, docsFiles]) {
      expect(files).toContain('scripts/build-cache.ts');
      expect(files.filter((file) => file.includes('.test.'))).toEqual([]);
    }
  });
});

function inputFiles(root: string, build: Build | undefined): string[] {
  if (!build) throw new Error('There is no such build');
  return inputsOf(root, build);
}

function openFolder(files: Record<string, string>) {
  const root = mkdtempSync(join(tmpdir(), 'ovation-cache-'));
  onTestFinished(() => rmSync(root, { recursive: true }));
  const write = (file: string, text: string) => {
    mkdirSync(dirname(join(root, file)), { recursive: true });
    writeFileSync(join(root, file), text);
  };
  const read = (file: string) => (existsSync(join(root, file)) ? readFileSync(join(root, file), 'utf8') : undefined);
  for (const [file, text] of Object.entries(files)) write(file, text);
  let runs = 0;
  const spec: Build = {
    name: 'copy',
    inputs: ['src/**'],
    without: ['**/*.test.txt'],
    output: 'out',
    run: () => {
      runs += 1;
      const text = read('src/a.txt') ?? '';
      if (text === 'fail') throw new Error('cannot be built');
      rmSync(join(root, 'out'), { recursive: true, force: true });
      write('out/result.txt', text);
    },
  };
  return {
    write,
    read,
    remove: (file: string) => rmSync(join(root, file)),
    build: () => buildOnce(root, join(root, '.cache'), spec),
    runs: () => runs,
    cached: () => {
      const folder = join(root, '.cache/copy');
      const name = existsSync(folder) ? readdirSync(folder)[0] : undefined;
      return name && `.cache/copy/${name}`;
    },
  };
}
