import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { startServer } from '../../../../test/server-process.ts';

const example = fileURLToPath(new URL('../../../../examples/watch-moments.mjs', import.meta.url));

it('examples/watch-moments.mjs prints a moment of the demo audience', async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'ovation-example-'));
  const server = await startServer({ OVATION_DATA_DIR: folder, OVATION_SIMULATOR_SEED: '1' });
  const child = spawn(process.execPath, [example, `${server.url.replace('http', 'ws')}/ws?streamerId=demo`]);
  try {
    const lines: string[] = [];
    for await (const line of createInterface(child.stdout)) {
      lines.push(line);
      // Of a moment that was there before the example it tells later revisions only.
      if (line.endsWith(', revision 1')) break;
    }
    expect(lines[0]).toBe('Connected to Server A');
    expect(lines.at(-1)).toMatch(/^\d\d:\d\d {2}.+ {2}\d+ of \d+ \(\d+ %\), revision 1$/);
    for (const line of lines.slice(1)) expect(line).toMatch(/^\d\d:\d\d {2}.+ {2}\d+ of \d+ \(\d+ %\), revision \d+$/);
  } finally {
    child.kill();
    if (child.exitCode === null && child.signalCode === null) await once(child, 'close');
    await server[Symbol.asyncDispose]();
    await rm(folder, { recursive: true });
  }
});
