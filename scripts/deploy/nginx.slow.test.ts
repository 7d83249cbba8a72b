import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { acceptsConnections, freePorts, startService } from '../../packages/server/test/services/service.ts';
import { pageHeaders } from '../../packages/server/src/http/web/content-policy.ts';
import { root, runTool, toolAt } from './tools.ts';

const POLL = '/api/v1/channels/demo/events';

/** What is behind nginx: answers with its name and the address that was asked. */
async function startBehind(name: string): Promise<Server & { readonly seen: IncomingMessage[] }> {
  const seen: IncomingMessage[] = [];
  const server = createServer((request, response) => {
    seen.push(request);
    if (request.url !== '/sse') return void response.end(`${name} ${request.url}`);
    // The second event never comes: a buffer would keep the first one back.
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    return void response.write(`data: ${name}\n\n`);
  });
  const sockets = new WebSocketServer({ server });
  sockets.on('connection', (socket, request) => socket.send(`${name} ${request.url}`));
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return Object.assign(server, { seen });
}

// A server that listens on TCP has such an address.
const portOf = (server: Server) => (server.address() as AddressInfo).port;

let folder: string;
let url: string;
let behind: Awaited<ReturnType<typeof startBehind>>[] = [];
let nginx: AsyncDisposable | undefined;

/** The files of deploy/nginx with other places and ports. */
function writeConfig(port: number, [api = 0, ...gateways]: readonly number[]): string {
  const include = path.join(folder, 'ovation');
  mkdirSync(include);
  const replaced = (text: string) =>
    text
      .replaceAll(' /tmp/', ` ${folder}/`)
      .replaceAll('/usr/share/nginx/html', path.join(folder, 'html'))
      .replace('/dev/stderr', path.join(folder, 'error.log'))
      .replace('listen 80;', `listen 127.0.0.1:${port};`)
      .replace('worker_processes auto;', 'worker_processes 1;')
      .replace('worker_rlimit_nofile 131072;', '')
      .replace('65536', '512')
      .replaceAll('server-b:3001', `127.0.0.1:${api}`)
      .replaceAll(/server server-a:3000 (.*);/g, (_line, rest) =>
        gateways.map((gateway) => `server 127.0.0.1:${gateway} ${rest};`).join('\n  '),
      );
  for (const name of readdirSync(path.join(root, 'deploy/nginx/ovation'))) {
    writeFileSync(
      path.join(include, name),
      replaced(readFileSync(path.join(root, 'deploy/nginx/ovation', name), 'utf8')),
    );
  }
  const main = path.join(folder, 'nginx.conf');
  // Its workers would be another user, who may not read the temporary folder.
  const user = process.getuid?.() === 0 ? 'user root;\n' : '';
  writeFileSync(main, user + replaced(readFileSync(path.join(root, 'deploy/nginx/nginx.conf'), 'utf8')));
  writeFileSync(path.join(folder, 'mime.types'), 'types { text/html html; text/javascript js; }\n');
  return main;
}

describe.skipIf(!toolAt('nginx'))('the front end over nginx', () => {
  beforeAll(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'ovation-nginx-'));
    mkdirSync(path.join(folder, 'html/assets'), { recursive: true });
    writeFileSync(path.join(folder, 'html/index.html'), '<!doctype html>');
    writeFileSync(path.join(folder, 'html/assets/app-1a2b.js'), 'export {}');
    behind = await Promise.all(['api', 'one', 'two'].map(startBehind));
    const [port = 0] = await freePorts(1);
    url = `http://127.0.0.1:${port}`;
    const config = writeConfig(port, behind.map(portOf));
    expect(runTool('nginx', ['-t', '-p', folder, '-c', config])).toEqual({
      code: 0,
      printed: expect.stringContaining('test is successful'),
    });
    nginx = await startService({
      name: 'nginx',
      command: [toolAt('nginx') ?? 'nginx', '-p', folder, '-c', config, '-g', 'daemon off;'],
      folder,
      logFile: path.join(folder, 'nginx.log'),
      isReady: () => acceptsConnections(port),
    });
  });
  afterAll(async () => {
    await nginx?.[Symbol.asyncDispose]();
    for (const server of behind) server.closeAllConnections();
    for (const server of behind) server.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const text = async (address: string) => (await fetch(`${url}${address}`)).text();

  it('serves files with a hash for ever, and the page anew, with the headers that the server sends', async () => {
    const asset = await fetch(`${url}/assets/app-1a2b.js`);
    expect([asset.status, asset.headers.get('cache-control')]).toEqual([200, 'public, max-age=31536000, immutable']);
    const page = await fetch(`${url}/?channel=demo`);
    expect([page.status, await page.text(), page.headers.get('cache-control')]).toEqual([
      200,
      '<!doctype html>',
      'no-cache',
    ]);
    // The shape is that of content-policy.ts: directives in camel case, a list of sources each.
    const { contentSecurityPolicy } = pageHeaders as {
      contentSecurityPolicy: { directives: Record<string, readonly string[]> };
    };
    const policy = Object.entries(contentSecurityPolicy.directives).map(
      ([name, sources]) => `${name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)} ${sources.join(' ')}`,
    );
    expect(page.headers.get('content-security-policy')).toBe(policy.join(';'));
    expect(page.headers.get('x-content-type-options')).toBe('nosniff');
  });

  it('hands everything that is no file to the API, with the address of the viewer', async () => {
    expect(await text('/settings')).toBe('api /settings');
    expect(await text('/api/v1/channels?limit=1')).toBe('api /api/v1/channels?limit=1');
    expect(behind[0]?.seen.at(-1)?.headers).toMatchObject({ host: new URL(url).host, 'x-forwarded-for': '127.0.0.1' });
    for (const closed of ['/metrics', '/internal/sql']) expect((await fetch(url + closed)).status).toBe(404);
  });

  it.each(['/', '/ws', '/?streamerId=demo'])('upgrades sockets at %s to a gateway', async (address) => {
    const socket = new WebSocket(url.replace('http', 'ws') + address);
    const [message] = await once(socket, 'message');
    expect(String(message)).toMatch(new RegExp(`^(?:one|two) ${address.replace('?', '\\?')}$`));
    socket.close();
  });

  it('passes an event of a stream on at once', async () => {
    const stream = await fetch(`${url}/sse`);
    const reader = stream.body?.getReader();
    const first = await reader?.read();
    expect(Buffer.from(first?.value ?? []).toString()).toMatch(/^data: (?:one|two)\n\n$/);
    await reader?.cancel();
  });

  it('keeps the polls of a viewer at one gateway, by a cookie, and spreads viewers', async () => {
    const viewers = Array.from({ length: 12 }, async () => {
      const first = await fetch(url + POLL);
      const cookie = first.headers.get('set-cookie')?.split(';')[0] ?? '';
      expect(cookie).toMatch(/^ovation_gateway=\w+$/);
      const gateway = await first.text();
      for (let again = 0; again < 3; again += 1) {
        const next = await fetch(url + POLL, { headers: { cookie } });
        expect(await next.text()).toBe(gateway);
      }
      return gateway;
    });
    expect(new Set(await Promise.all(viewers))).toEqual(new Set([`one ${POLL}`, `two ${POLL}`]));
  });
});
