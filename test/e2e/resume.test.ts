import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { expectNoViolations } from './axe.ts';
import { launchBrowser, openPage, PHONE, WIDE } from './browser.ts';
import { layoutShift, watchLayoutShift } from './layout-shift.ts';
import { cardsOf, comeBackSoon, momentsKnown, react, serve, untilCards, untilLive } from './live-server.ts';
import { beginJournal, readJournal } from './page-journal.ts';

/** A page whose server is killed, and comes back on the same folder and port. */

let browser: Browser;
let folder: string;

beforeAll(async () => {
  browser = await launchBrowser();
});
afterAll(() => browser.close());
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'ovation-page-resume-'));
});
afterEach(() => rm(folder, { recursive: true }));

/** Opens the page of channel default and waits for two moments on it. */
async function openWithMoments(url: string, viewport: { width: number; height: number }) {
  const context = await browser.newContext({ viewport });
  const page = await context.newPage();
  await watchLayoutShift(page);
  await comeBackSoon(page);
  await watchReplies(page);
  await page.goto(url);
  await untilLive(page);
  await react(url, '🔥', 30);
  await untilCards(page, 1);
  await react(url, '👍', 30);
  await untilCards(page, 2);
  await page.locator('[data-figure="total"]', { hasText: '60' }).waitFor();
  return { page, [Symbol.asyncDispose]: () => context.close() };
}

/** Writes down how subscriptions were answered. */
async function watchReplies(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const recovered: boolean[] = [];
    Object.assign(globalThis, { recovered });
    globalThis.WebSocket = class extends WebSocket {
      constructor(url: string | URL, protocols?: string | string[]) {
        super(url, protocols);
        this.addEventListener('message', ({ data }) => {
          const reply = /"recovered":(true|false)/.exec(String(data))?.[1];
          if (reply) recovered.push(reply === 'true');
        });
      }
    };
  });
}

/** From now on the page asks from an epoch that the server does not know, so it gets a snapshot. */
async function forgetPosition(page: Page): Promise<void> {
  await page.evaluate(() => {
    globalThis.WebSocket = class extends WebSocket {
      override send(data: string): void {
        super.send(data.replaceAll(/"e":"[^"]*","o"/g, '"e":"unknown","o"'));
      }
    };
  });
}

const nothing = async () => undefined;

describe('a page whose server was killed', () => {
  it.each([
    ['what it missed', WIDE, nothing, true],
    ['what it missed, on a phone', PHONE, nothing, true],
    ['a whole snapshot', WIDE, forgetPosition, false],
  ])(
    'comes back with %s, and nothing is emptied, made again or moved (S0-24)',
    async (_name, viewport, beforeKill, isRecovered) => {
      const first = await serve(folder);
      const { port } = new URL(first.url);
      await using opened = await openWithMoments(first.url, viewport);
      const { page } = opened;
      await beforeKill(page);
      const before = await cardsOf(page);
      const shiftBefore = await layoutShift(page);
      await beginJournal(page);
      await first.kill('SIGKILL');
      await page.getByText(/As of .*, when the connection was lost/).waitFor();
      await page.locator('[data-offline]').waitFor();
      expect(await cardsOf(page)).toEqual(before);

      // While nobody can reach the page's address, moments go on elsewhere.
      const between = await serve(folder);
      await react(between.url, '😀', 100);
      const known = await momentsKnown(between.url, 3);
      const missed = known.filter((id) => !before.includes(id));
      await between.kill('SIGKILL');

      await using again = await serve(folder, port);
      await untilLive(page);
      await untilCards(page, 3);
      await page.getByText(/As of/).waitFor({ state: 'detached' });
      await react(again.url, '❤️', 200);
      await untilCards(page, 4);

      // The first reply was to a new client.
      expect(await page.evaluate(() => Reflect.get(globalThis, 'recovered'))).toEqual([false, isRecovered]);
      const journal = await readJournal(page);
      const after = await cardsOf(page);
      expect(journal).toMatchObject({ removed: [], lostDrawings: 0, emptied: 0, fewestCards: 2 });
      expect(journal.lowestTotal).toBeGreaterThanOrEqual(60);
      expect(journal.added).toEqual([...missed, after[0]]);
      expect(after).toEqual([after[0], ...missed, ...before]);
      expect((await layoutShift(page)) - shiftBefore).toBeLessThan(0.02);
    },
  );

  it('counts down, tries when it is told to, and hands the keyboard on', async () => {
    const first = await serve(folder);
    await using opened = await openPage(browser, first.url);
    const { page } = opened;
    await untilLive(page);
    await first.kill('SIGKILL');
    const notice = page.locator('[data-offline]');
    const seconds = async () => Number(/in (\d+) s/.exec((await notice.textContent()) ?? '')?.[1]);
    await notice.getByText(/Trying again in [234] s/).waitFor();
    const shown = await seconds();
    await notice.getByText(`Trying again in ${shown - 1} s`).waitFor();
    expect(await page.getByRole('button', { name: 'React with fire' }).isDisabled()).toBe(true);
    await expectNoViolations(page, 'offline');
    // From here no timer runs: only the button can bring the page back.
    await page.evaluate(() => Object.assign(globalThis, { setTimeout: () => 0 }));
    await using again = await serve(folder, new URL(first.url).port);
    await page.getByRole('button', { name: 'Try now' }).press('Enter');
    await untilLive(page);
    await notice.waitFor({ state: 'detached' });
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('react-title');
    expect(again.url).toBe(first.url);
  });
});
