import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { describe, expect, it, onTestFinished } from 'vitest';
import { VARIABLES } from '../../packages/server/src/config/names.ts';
import { freePorts } from '../../packages/server/test/services/service.ts';
import { readDockerfile } from './dockerfile.ts';
import { fillAsImage } from './image-folder.ts';
import { root, runTool, toolAt } from './tools.ts';

const FILES = ['deploy/Dockerfile', 'deploy/Dockerfile.frontend'];

describe.skipIf(!toolAt('hadolint'))('hadolint (by pip)', () => {
  it.each(FILES)('finds nothing in %s', (file) => {
    expect(runTool('hadolint', [file])).toEqual({ code: 0, printed: '' });
  });
});

describe('the images', () => {
  it('have several stages, no root, a health check and the ports of the documents', () => {
    const [server, frontend] = FILES.map(readDockerfile);
    expect(server).toMatchObject({ stages: 3, user: '1000', ports: [3000, 3001] });
    expect(frontend).toMatchObject({ stages: 2, user: '101', ports: [80] });
    expect(frontend?.healthCheck).not.toEqual([]);
  });

  it('copy only what is there', () => {
    for (const { copies } of FILES.map(readDockerfile)) {
      const here = copies.filter(({ from }) => from !== 'modules').flatMap(({ sources }) => sources);
      const missing = here.filter((source) => !existsSync(path.join(root, source.replace(/^\/app\//, ''))));
      expect(missing).toEqual([]);
    }
  });

  it('start the server from what was copied alone, healthy and with its page, and stop at SIGTERM', async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'ovation-image-'));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    const image = readDockerfile('deploy/Dockerfile');
    fillAsImage(folder, image);
    const [port = 0] = await freePorts(1);
    const ours = new Set<string>([...VARIABLES.map(({ name }) => name), 'NODE_PATH']);
    const outside = Object.fromEntries(Object.entries(process.env).filter(([name]) => !ours.has(name)));
    const env = {
      ...outside,
      ...image.environment,
      PORT: String(port),
      OVATION_DATA_DIR: path.join(folder, 'data'),
      // As in compose.yaml.
      OVATION_SETTINGS_AUTH: 'open',
    };
    const [, ...args] = image.command;
    const server = spawn(process.execPath, args, { cwd: folder, env, stdio: ['ignore', 'pipe', 'inherit'] });
    onTestFinished(() => void server.kill('SIGKILL'));
    for await (const line of createInterface(server.stdout)) if (line.includes('Ovation is ready')) break;
    const [, ...check] = image.healthCheck;
    const [code] = await once(spawn(process.execPath, check, { env }), 'exit');
    expect(code).toBe(0);
    const page = await fetch(`http://127.0.0.1:${port}/`, { headers: { accept: 'text/html' } });
    expect([page.status, await page.text()]).toEqual([200, expect.stringContaining('<script')]);
    server.kill('SIGTERM');
    const [ended] = await once(server, 'exit');
    expect(ended).toBe(0);
    const [sick] = await once(spawn(process.execPath, check, { env }), 'exit');
    expect(sick).toBe(1);
  });
});
