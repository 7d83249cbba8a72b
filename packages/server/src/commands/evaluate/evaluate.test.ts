import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FakeIo } from '../../../test/support/fake-command-io.ts';
import { evaluateCommand } from './evaluate.ts';

let root: string;
beforeAll(async () => {
  root = await mkdtemp(path.join(tmpdir(), 'ovation-evaluate-'));
  await source('town', chat());
});
afterAll(() => rm(root, { recursive: true, force: true }));

/** A message every two seconds, and a crowd of sixty that laughs at second 900. */
function chat(): string {
  const calm = Array.from({ length: 900 }, (_, index) => ({
    t: 2 * index,
    u: `u${index % 90}`,
    m: `so it is ${index}`,
  }));
  const crowd = Array.from({ length: 60 }, (_, index) => ({ t: 900 + index / 4, u: `f${index}`, m: 'LUL LUL' }));
  return [...calm, ...crowd]
    .toSorted((a, b) => a.t - b.t)
    .map((row) => JSON.stringify(row))
    .join('\n');
}

async function source(name: string, content: string): Promise<string> {
  const folder = path.join(root, name);
  await mkdir(folder, { recursive: true });
  const video = { id: `${name}-1`, file: 'one.chat.jsonl.gz', duration: 1_800, highlights: [{ start: 885, end: 925 }] };
  await writeFile(
    path.join(folder, 'labels.json'),
    JSON.stringify({ source: name, kind: 'intervals', videos: [video] }),
  );
  await writeFile(path.join(folder, 'one.chat.jsonl.gz'), gzipSync(content));
  return folder;
}

async function run(...args: string[]) {
  const io = new FakeIo();
  const exitCode = await evaluateCommand.run(args, io);
  return { exitCode, ...io.written };
}

describe('ovation evaluate', () => {
  it('runs the shipped default over every source of a folder and prints its figures', async () => {
    const { exitCode, out, err } = await run(root, '--per-video');
    expect({ exitCode, err }).toEqual({ exitCode: 0, err: '' });
    expect(out).toMatch(/^town +1 +2\.0 +1\.000/m);
    expect(out).toContain('HEADLINE (the real source)  H 1.000');
    expect(out).toContain('town-1');
  });

  it('writes what it found and the figures', async () => {
    const [detections, figures] = [path.join(root, 'det.json'), path.join(root, 'figures.json')];
    await run(path.join(root, 'town'), '--live', '--detections', detections, '--json', figures);
    const found = JSON.parse(await readFile(detections, 'utf8')) as Record<string, object[]>;
    expect(Object.keys(found)).toEqual(['town-1']);
    expect(Object.keys(found['town-1']?.[0] ?? {}).toSorted()).toEqual(['at', 'end', 'peak', 'score', 'start']);
    expect(JSON.parse(await readFile(figures, 'utf8'))).toMatchObject({
      detector: 'surge',
      live: true,
      sources: { town: { labels: 1, mAP: 1 } },
    });
  });

  it('runs the classic rule too', async () => {
    const { exitCode, out } = await run(root, '--detector', 'ratio');
    expect(exitCode).toBe(0);
    expect(out).toContain('town');
  });

  it('says in one sentence what is wrong', async () => {
    const broken = await source('broken', '{"t":1,"u":"a","m":"x"}\n{"u":"a"}');
    const cut = await source('cut', '');
    await writeFile(path.join(cut, 'one.chat.jsonl.gz'), gzipSync(chat()).subarray(0, 400));
    const bad = await source('bad', '');
    await writeFile(path.join(bad, 'labels.json'), '{"source":"bad"}');
    const empty = path.join(root, 'empty');
    await mkdir(empty);
    const said = async (...args: string[]) => {
      const { exitCode, err } = await run(...args);
      return [exitCode, err.split('\n\n')[0]?.trim()];
    };
    expect(await said(broken)).toEqual([1, expect.stringMatching(/one\.chat\.jsonl\.gz, line 2: "t" is wrong/)]);
    expect(await said(cut)).toEqual([1, expect.stringMatching(/one\.chat\.jsonl\.gz cannot be read: /)]);
    expect(await said(bad)).toEqual([1, expect.stringMatching(/labels\.json: "kind" is wrong/)]);
    expect(await said(empty)).toEqual([1, expect.stringMatching(/holds no labels\.json/)]);
    expect(await said(path.join(root, 'nowhere'))).toEqual([1, expect.stringContaining('nothing of this name')]);
    expect(await said()).toEqual([2, 'Name one folder.']);
    expect(await said(root, '--detector', 'x')).toEqual([2, 'There is no detector "x": it is surge or ratio.']);
    expect(await said(path.join(root, 'town'), '--json', path.join(root, 'no/out'))).toEqual([
      1,
      expect.stringContaining('cannot be written'),
    ]);
  });
});
