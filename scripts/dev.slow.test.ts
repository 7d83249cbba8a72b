import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it, onTestFinished } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));

it('npm run dev starts server, page and docs with one command (S4-09)', async () => {
  const data = mkdtempSync(join(tmpdir(), 'ovation-dev-'));
  const [port, webPort, docsPort] = await Promise.all([freePort(), freePort(), freePort()]);
  const environment = { PORT: port, WEB_PORT: webPort, DOCS_PORT: docsPort, OVATION_DATA_DIR: data };
  const dev = spawn(process.execPath, ['scripts/dev.ts'], {
    cwd: root,
    env: { ...process.env, ...environment, OVATION_SIMULATOR: 'off', NO_COLOR: '1' },
    stdio: ['ignore', 'pipe', 'pipe'],
    // A group of its own, as a terminal gives it, so that one signal stops all.
    detached: true,
  });
  const ended = once(dev, 'exit');
  onTestFinished(async () => {
    if (dev.exitCode === null && dev.pid) process.kill(-dev.pid, 'SIGTERM');
    await ended;
    rmSync(data, { recursive: true, force: true, maxRetries: 10 });
  });
  await untilSaid(dev.stdout, [`127.0.0.1:${port}`, `:${webPort}/`, `Docs: http://127.0.0.1:${docsPort}/`]);
  const [health, page, docs] = await Promise.all([
    fetch(`http://127.0.0.1:${port}/live`).then(({ status }) => status),
    fetch(`http://localhost:${webPort}/`).then((response) => response.text()),
    fetch(`http://127.0.0.1:${docsPort}/docs/flows.html`).then((response) => response.text()),
  ]);
  expect(health).toBe(200);
  expect(page).toContain('/src/main.tsx');
  expect(docs).toContain('The two flows, exactly');
  expect(docs).toContain('new EventSource("/changes")');
});

async function freePort(): Promise<string> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  if (typeof address !== 'object' || address === null) throw new Error('The system gave no port');
  return String(address.port);
}

/** Reads on afterwards: what comes later must not fill the pipe. */
async function untilSaid(output: NodeJS.ReadableStream, words: readonly string[]): Promise<void> {
  let said = '';
  await new Promise<void>((resolve) => {
    output.on('end', resolve);
    output.on('data', (chunk: Buffer) => {
      said += chunk.toString();
      if (words.every((word) => said.includes(word))) resolve();
    });
  });
  if (!words.every((word) => said.includes(word))) throw new Error(`npm run dev ended after saying:\n${said}`);
}
