import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it, onTestFinished, vi } from 'vitest';
import { type ServerProcess, startServer } from '../../../../test/server-process.ts';

const HOOK = new URL('../example-domain/register.ts', import.meta.url).href;

async function startWithExample(): Promise<ServerProcess> {
  const folder = await mkdtemp(path.join(tmpdir(), 'ovation-example-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const server = await startServer({
    OVATION_DATA_DIR: folder,
    OVATION_SIMULATOR: 'off',
    NODE_OPTIONS: `--import=${HOOK}`,
  });
  onTestFinished(() => server[Symbol.asyncDispose]());
  return server;
}

it('a domain comes in with its folder and one line in each list: table, route, error, topic, metric, consumer', async () => {
  const { url } = await startWithExample();
  const post = (text: string) =>
    fetch(`${url}/api/v1/notes`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ text }),
    });
  expect((await post('We begin at eight')).status).toBe(201);
  const refused = await post('LOUD');
  expect(refused.status).toBe(422);
  expect(await refused.json()).toMatchObject({ error: { code: 'note_refused' } });
  expect((await post('')).status).toBe(400);
  await vi.waitFor(
    async () => {
      const { data, heard } = (await (await fetch(`${url}/api/v1/notes`)).json()) as { data: unknown; heard: unknown };
      expect(data).toEqual([{ id: 1, text: 'We begin at eight' }]);
      expect(heard).toEqual(['We begin at eight']);
    },
    { timeout: 60_000 },
  );
  expect(await (await fetch(`${url}/metrics`)).text()).toContain('example_notes_pinned_total 1');
  const document = (await (await fetch(`${url}/api/v1/openapi.json`)).json()) as {
    paths: Record<string, Record<string, Record<string, unknown>>>;
  };
  expect(document.paths['/api/v1/notes']?.['post']).toMatchObject({
    summary: 'Pin a note',
    'x-permission': 'pin:notes',
  });
});

it('and the lists that tests and pages are made from hold it', async () => {
  const script = fileURLToPath(new URL('../example-domain/print-lists.ts', import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, ['--import', HOOK, script]);
  const lists = JSON.parse(stdout) as { errors: string[]; topics: string[]; permissions: string[] };
  expect(lists.errors).toContain('note_refused');
  expect(lists.topics).toContain('note-events');
  expect(lists.permissions).toContain('POST /api/v1/notes pin:notes');
});
