import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { watch } from 'node:fs';
import { createServer, type ServerResponse } from 'node:http';
import { extname, join, normalize } from 'node:path';
import { buildSite } from './build-site.ts';

const FIRST_PORT = 5180;
const SETTLE_MS = 100;
const WATCHED = ['docs', 'README.md', 'CONTRIBUTING.md', 'packages/client', 'scripts/docs/assets'];
const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
};
const RELOAD = '<script>new EventSource("/changes").onmessage=()=>location.reload()</script>';

/** Shows the site on loopback; a change of a page or of the style builds it again and reloads what is open. */
export async function serveSite(root: string, out: string): Promise<void> {
  const open = new Set<ServerResponse>();
  build(root, out);
  const server = createServer((request, response) => {
    const path = new URL(request.url ?? '/', 'http://localhost').pathname;
    if (path === '/changes') keepOpen(response, open);
    else
      void answer(response, join(out, normalize(decodeURIComponent(path.endsWith('/') ? `${path}index.html` : path))));
  });
  const port = Number(process.env['DOCS_PORT'] ?? FIRST_PORT);
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  console.log(`Docs: http://127.0.0.1:${port}/`);
  watchFiles(root, () => {
    build(root, out);
    for (const response of open) response.write('data: changed\n\n');
  });
}

function build(root: string, out: string): void {
  try {
    buildSite(root, out);
  } catch (error) {
    // Half a sentence is not the end of the work: the last good site stays.
    console.error(error instanceof Error ? error.message : error);
  }
}

function watchFiles(root: string, onChange: () => void): void {
  let timer: NodeJS.Timeout | undefined;
  for (const path of WATCHED) {
    watch(join(root, path), { recursive: true }, () => {
      clearTimeout(timer);
      timer = setTimeout(onChange, SETTLE_MS);
    });
  }
}

function keepOpen(response: ServerResponse, open: Set<ServerResponse>): void {
  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
  response.write(': open\n\n');
  open.add(response);
  response.once('close', () => open.delete(response));
}

async function answer(response: ServerResponse, file: string): Promise<void> {
  const type = TYPES[extname(file)] ?? 'application/octet-stream';
  try {
    const body = await readFile(file);
    response.writeHead(200, { 'content-type': type, 'cache-control': 'no-store' });
    response.end(type.startsWith('text/html') ? `${body.toString()}${RELOAD}` : body);
  } catch {
    response.writeHead(404, { 'content-type': 'text/plain' });
    response.end('There is no such page.\n');
  }
}
