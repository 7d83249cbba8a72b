import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ServerProcess } from '../server-process.ts';
import { expectNoViolations } from './axe.ts';
import { launchBrowser, NARROW, openPage, PHONE, WIDE } from './browser.ts';
import { react, serve, untilLive } from './live-server.ts';

/** What everybody reacts with, floating by. */

let browser: Browser;
let server: ServerProcess;
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'ovation-page-swarm-'));
  server = await serve(folder);
  browser = await launchBrowser();
});
afterAll(async () => {
  await browser.close();
  await server[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});

/** Installs `isPainted()`: whether anything is drawn on the stage. */
async function watchStage(page: Page): Promise<void> {
  await page.evaluate(() => {
    const isPainted = () => {
      const canvas = document.querySelector<HTMLCanvasElement>('[data-swarm] canvas');
      const pixels = canvas?.getContext('2d')?.getImageData(0, 0, canvas.width, canvas.height).data;
      return pixels?.some((value) => value > 0) === true;
    };
    Object.assign(globalThis, { isPainted });
  });
}

const untilPainted = (page: Page, isPainted: boolean) =>
  page.waitForFunction((wanted) => (Reflect.get(globalThis, 'isPainted') as () => boolean)() === wanted, isPainted);

describe('the swarm', () => {
  it('shows everybody’s reactions on one canvas, whatever their number, and lets them pass', async () => {
    await using opened = await openPage(browser, server.url);
    const { page, problems } = opened;
    await untilLive(page);
    await watchStage(page);
    await untilPainted(page, false);
    await react(server.url, '🔥', 3);
    await untilPainted(page, true);
    const elements = () => page.locator('[data-swarm] *').count();
    const few = await elements();
    for (let i = 0; i < 5; i += 1) await react(server.url, '🔥', 200);
    await page.waitForFunction(() => Number(document.querySelector('[data-count="🔥"]')?.textContent) !== 3);
    expect(await elements()).toBe(few);
    await untilPainted(page, false);
    expect(problems).toEqual([]);
  });

  it('is not heard by screen readers, and takes no pointer', async () => {
    await using opened = await openPage(browser, server.url);
    const { page } = opened;
    await untilLive(page);
    const stage = page.locator('[data-swarm]');
    expect(await stage.getAttribute('aria-hidden')).toBe('true');
    expect(await stage.evaluate((node) => getComputedStyle(node).pointerEvents)).toBe('none');
  });

  it.each([
    ['1280', WIDE],
    ['390', PHONE],
    ['320', NARROW],
  ])('covers neither text nor controls at %s px', async (_name, viewport) => {
    await using opened = await openPage(browser, server.url, { viewport });
    const { page } = opened;
    await untilLive(page);
    const covered = await page.evaluate(() => {
      const stage = document.querySelector('[data-swarm]')?.getBoundingClientRect();
      if (!stage) return ['no stage'];
      const others = [...document.querySelectorAll('main :is(button, a, p, dd, dt, h2, h3, [tabindex])')].filter(
        (node) => !node.closest('[data-swarm]') && !node.closest('.sr-only') && !node.matches('.sr-only'),
      );
      return others
        .filter((node) => {
          const box = node.getBoundingClientRect();
          // Half a pixel is rounding.
          return (
            box.top < stage.bottom - 0.5 &&
            box.bottom > stage.top + 0.5 &&
            box.left < stage.right &&
            box.right > stage.left
          );
        })
        .map((node) => node.outerHTML.slice(0, 120));
    });
    expect(covered).toEqual([]);
  });

  it('stands still while the page is paused', async () => {
    await using opened = await openPage(browser, server.url);
    const { page } = opened;
    await untilLive(page);
    await watchStage(page);
    await react(server.url, '🔥', 30);
    await untilPainted(page, true);
    await page.getByRole('button', { name: 'Pause' }).press('Enter');
    await page.getByRole('button', { name: 'Resume' }).waitFor();
    const picture = () =>
      page.locator('[data-swarm] canvas').evaluate((node) => (node as HTMLCanvasElement).toDataURL());
    const before = await picture();
    await react(server.url, '🔥', 30);
    // Frames go by, and the server's counts reach the page: the tap's own counter shows it.
    await page.getByRole('button', { name: 'React with fire' }).press('Enter');
    await page.locator('[data-own-total]', { hasText: '1' }).waitFor();
    await page.evaluate(async () => {
      for (let frame = 0; frame < 30; frame += 1) await new Promise(requestAnimationFrame);
    });
    expect(await picture()).toBe(before);
    await page.getByRole('button', { name: 'Resume' }).press('Enter');
    await untilPainted(page, false);
  });

  it('is a calm count for who wants nothing to move', async () => {
    await using opened = await openPage(browser, server.url, { reducedMotion: 'reduce' });
    const { page } = opened;
    await untilLive(page);
    const stage = page.locator('[data-swarm="calm"]');
    await react(server.url, '😢', 12);
    // How many of the twelve are within the ten seconds depends on when one looks.
    await page.locator('[data-swarm="calm"]', { hasText: /😢\d+/ }).waitFor();
    expect(await stage.locator('canvas').count()).toBe(0);
    await expectNoViolations(page, 'calm');
    expect(await page.evaluate(() => document.getAnimations().length)).toBe(0);
    await page.getByRole('button', { name: 'View options' }).click();
    await page.getByRole('menuitemradio', { name: 'Full' }).click();
    await page.locator('[data-swarm="moving"] canvas').waitFor();
  });
});
