import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, request, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { launchBrowser } from './browser.ts';
import { react, serve, untilCards, untilLive } from './live-server.ts';

/** The page below a path, behind a proxy that strips it and sends `Host` without the port, as `Host $host` of nginx does. */

const PREFIX = '/tools/ovation';

let browser: Browser;
let folder: string;
let proxy: Server;

beforeAll(async () => {
  browser = await launchBrowser();
  folder = await mkdtemp(path.join(tmpdir(), 'ovation-page-subpath-'));
});
afterAll(async () => {
  await browser.close();
  proxy.close();
  await rm(folder, { recursive: true });
});

function startProxy(target: string): Promise<Server> {
  const { port } = new URL(target);
  const options = ({ headers, method, url = '/' }: IncomingMessage) => ({
    port,
    host: '127.0.0.1',
    method,
    path: url.slice(PREFIX.length),
    headers: { ...headers, host: 'localhost', 'x-forwarded-for': '127.0.0.1' },
  });
  const server = createServer((incoming, outgoing) => {
    if (!incoming.url?.startsWith(`${PREFIX}/`)) return void outgoing.writeHead(404).end('not below the path');
    const onward = request(options(incoming), (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(outgoing);
    });
    return void incoming.pipe(onward.on('error', () => outgoing.destroy()));
  });
  server.on('upgrade', (incoming, socket, head) => {
    if (!incoming.url?.startsWith(`${PREFIX}/`)) return void socket.destroy();
    const onward = request(options(incoming)).end();
    return void onward.on('upgrade', (answer, upstream, first) => {
      const lines = answer.rawHeaders.flatMap((text, n, all) => (n % 2 === 0 ? [`${text}: ${all[n + 1]}`] : []));
      socket.write(['HTTP/1.1 101 Switching Protocols', ...lines, '', ''].join('\r\n'));
      socket.write(first);
      upstream.write(head);
      socket.on('error', () => upstream.destroy()).pipe(upstream);
      upstream.on('error', () => socket.destroy()).pipe(socket);
    });
  });
  return new Promise((resolve) => void server.listen(0, '127.0.0.1', () => resolve(server)));
}

it('the page works below a path, and saves settings there', async () => {
  await using server = await serve(folder);
  proxy = await startProxy(server.url);
  const url = `http://localhost:${(proxy.address() as AddressInfo).port}${PREFIX}/`;
  const context = await browser.newContext();
  const page = await context.newPage();
  const missed: string[] = [];
  page.on('response', (answer) => {
    if (answer.status() >= 400) missed.push(`${answer.status()} ${answer.url()}`);
  });
  await page.goto(url);
  await untilLive(page);
  await page.getByRole('button', { name: 'Settings' }).click();
  const interval = page.getByRole('textbox', { name: 'Interval' });
  await interval.fill('3');
  await interval.blur();
  await page.getByRole('button', { name: 'Save settings' }).click();
  // Said when the change is in the log: what comes then is judged by it.
  await page.getByText(/^Saved\./).waitFor();
  expect(await (await fetch(`${server.url}/settings/interval`)).json()).toEqual({ interval: 3 });
  await react(server.url, '🔥', 5);
  await untilCards(page, 1);
  expect(missed).toEqual([]);
  // At any other address below it the page finds its files, too, says that there is nothing, and leads back.
  await page.goto(`${url}some/where`);
  await page.getByRole('heading', { name: 'There is no page “/some/where”' }).waitFor();
  expect(missed).toEqual([`404 ${url}some/where`]);
  await page.getByRole('link', { name: 'Open channel default' }).click();
  await untilLive(page);
  expect(page.url()).toBe(url);
  await context.close();
});
