import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, it, onTestFinished } from 'vitest';

const repository = path.join(import.meta.dirname, '..');

/** What the gate's lint says of one file of a package. */
async function lint(text: string): Promise<{ code: number; output: string }> {
  const folder = await mkdtemp(path.join(tmpdir(), 'ovation-lint-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  await mkdir(path.join(folder, 'packages/any/src'), { recursive: true });
  await cp(path.join(repository, '.oxlintrc.json'), path.join(folder, '.oxlintrc.json'));
  await writeFile(path.join(folder, 'packages/any/src/file.ts'), text);
  const oxlint = path.join(repository, 'node_modules/.bin/oxlint');
  return new Promise((resolve) => {
    execFile(oxlint, ['--deny-warnings'], { cwd: folder }, (error, stdout) => {
      resolve({ code: error ? 1 : 0, output: stdout });
    });
  });
}

it('the gate refuses a number without a name, and takes one that has a name (S0-48)', async () => {
  const magic = await lint('export const isLate = (ms: number) => ms > 7_331;\n');
  expect(magic).toMatchObject({ code: 1, output: expect.stringContaining('no-magic-numbers') });
  const named = await lint('const PATIENCE_MS = 7_331;\nexport const isLate = (ms: number) => ms > PATIENCE_MS;\n');
  expect(named).toMatchObject({ code: 0 });
});
