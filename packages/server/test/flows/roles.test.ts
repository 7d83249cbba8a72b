import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { ClassicClient } from '../../../../test/classic-client.ts';
import { startServer } from '../../../../test/server-process.ts';

/** What is open in a process with some of the roles: status of each address, and whether a socket is greeted. */
async function openIn(roles: string): Promise<Record<string, number | boolean>> {
  const folder = await mkdtemp(path.join(tmpdir(), 'ovation-roles-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  await using server = await startServer({ OVATION_DATA_DIR: folder, OVATION_SIMULATOR: 'off' }, ['--roles', roles]);
  const open: Record<string, number | boolean> = {};
  for (const address of ['/live', '/ready', '/health', '/metrics', '/', '/settings/interval', '/api/v1/channels']) {
    open[address] = (await fetch(server.url + address, { headers: { accept: 'text/html' } })).status;
  }
  open['/api/v1/openapi.json'] = (await fetch(`${server.url}/api/v1/openapi.json`)).status;
  open['socket'] = await ClassicClient.connect(server.url).then(
    (client) => {
      client.socket.terminate();
      return true;
    },
    () => false,
  );
  expect(server.stdout.concat(server.stderr).join('\n')).toContain('no other process can join');
  return open;
}

const PROBES = { '/live': 200, '/ready': 200, '/health': 200, '/metrics': 200 };
const NO_API = { '/settings/interval': 404, '/api/v1/channels': 404, '/api/v1/openapi.json': 404, '/': 404 };

it('a process opens only the doors of its roles, and the probes', async () => {
  const api = { '/': 200, '/settings/interval': 200, '/api/v1/channels': 200, '/api/v1/openapi.json': 200 };
  expect(await openIn('api')).toEqual({ ...PROBES, ...api, socket: false });
  expect(await openIn('gateway')).toEqual({ ...PROBES, ...NO_API, socket: true });
  expect(await openIn('analyzer,worker')).toEqual({ ...PROBES, ...NO_API, socket: false });
});
