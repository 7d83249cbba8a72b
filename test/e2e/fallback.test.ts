import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { launchBrowser } from './browser.ts';
import { cardsOf, comeBackSoon, momentsKnown, react, serve, untilCards, untilLive } from './live-server.ts';
import { beginJournal, readJournal } from './page-journal.ts';

/** The page where sockets, and streams too, do not get through. */

let browser: Browser;
let folder: string;

beforeAll(async () => {
  browser = await launchBrowser();
});
afterAll(() => browser.close());
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'ovation-page-fallback-'));
});
afterEach(() => rm(folder, { recursive: true }));

interface Ways {
  readonly blocksStreams: boolean;
}

async function openBehind(url: string, { blocksStreams }: Ways) {
  const context = await browser.newContext();
  const page = await context.newPage();
  await comeBackSoon(page);
  await page.addInitScript(() => {
    for (const name of ['WebSocket', 'EventSource']) {
      Object.assign(globalThis, {
        [name]: function Blocked() {
          throw new DOMException('Blocked here', 'SecurityError');
        },
      });
    }
  });
  if (blocksStreams) {
    // In the page and not by a route of Playwright: Chromium 156 lets the stream pass one.
    await page.addInitScript(() => {
      const fetchAnything = globalThis.fetch.bind(globalThis);
      globalThis.fetch = (input, init) => {
        const asking = input instanceof Request ? input.url : String(input);
        return /\/sse(\?|$)/.test(asking) ? Promise.reject(new TypeError('Blocked here')) : fetchAnything(input, init);
      };
    });
  }
  const asked: string[] = [];
  page.on('request', (request) => asked.push(new URL(request.url()).pathname));
  await page.goto(url);
  return { page, asked, [Symbol.asyncDispose]: () => context.close() };
}

const counted = (page: Page, count: string) =>
  page.waitForFunction((wanted) => document.querySelector('[data-count="🔥"]')?.textContent === wanted, count);

describe('a page without sockets', () => {
  it.each([
    ['a stream of events', { blocksStreams: false }, '/sse'],
    ['polling, streams being blocked as well', { blocksStreams: true }, '/api/v1/channels/default/events'],
  ])('is live by %s, reacts, and resumes after a kill (S4-22)', async (_name, ways, door) => {
    const first = await serve(folder);
    const { port } = new URL(first.url);
    await using opened = await openBehind(first.url, ways);
    const { page, asked } = opened;
    await untilLive(page);
    // Chromium reports requests on another way than the page's own changes: the report may come later.
    await vi.waitFor(() => expect(asked).toContain(door), { timeout: 60_000 });
    await page.getByRole('button', { name: 'React with fire' }).click();
    await counted(page, '1');
    await react(first.url, '🔥', 39);
    await untilCards(page, 1);
    await counted(page, '40');

    const before = await cardsOf(page);
    await beginJournal(page);
    await first.kill('SIGKILL');
    await page.locator('[data-offline]').waitFor();
    const between = await serve(folder);
    await react(between.url, '😀', 100);
    const missed = (await momentsKnown(between.url, 2)).filter((id) => !before.includes(id));
    await between.kill('SIGKILL');
    await using again = await serve(folder, port);
    await untilLive(page);
    await untilCards(page, 2);
    await react(again.url, '❤️', 200);
    await untilCards(page, 3);
    const journal = await readJournal(page);
    const after = await cardsOf(page);
    expect(after).toEqual([after[0], ...missed, ...before]);
    expect(journal).toMatchObject({ removed: [], lostDrawings: 0, emptied: 0, fewestCards: 1 });
    expect(journal.added).toEqual([...missed, after[0]]);
    expect(journal.lowestTotal).toBeGreaterThanOrEqual(40);
  });
});
