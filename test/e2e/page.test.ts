import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ServerProcess, startServer } from '../server-process.ts';
import { expectNoViolations } from './axe.ts';
import { launchBrowser, NARROW, openPage, PHONE, WIDE } from './browser.ts';

/** The page as a viewer and a streamer meet it, over the real server, without the demo audience. */

let browser: Browser;
let server: ServerProcess;
let folder: string;
let channels = 0;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'ovation-page-'));
  server = await startServer({ OVATION_DATA_DIR: folder, OVATION_SIMULATOR: 'off' });
  browser = await launchBrowser();
});
afterAll(async () => {
  await browser.close();
  await server[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});

async function send(method: string, address: string, body: unknown): Promise<unknown> {
  const headers = { 'content-type': 'application/json' };
  const response = await fetch(`${server.url}${address}`, { method, headers, body: JSON.stringify(body) });
  if (!response.ok) throw new Error(`${method} ${address} answered ${response.status}: ${await response.text()}`);
  return response.json();
}

/** A channel of its own for each test. */
async function newChannel(): Promise<string> {
  channels += 1;
  const name = `page${channels}`;
  await send('POST', '/api/v1/channels', { name });
  return name;
}

const address = (channel: string) => `${server.url}/?channel=${channel}`;

async function live(page: Page): Promise<void> {
  await page.locator('[data-connection]', { hasText: 'Connected' }).waitFor();
  await page.locator('.frame-bar button').first().waitFor();
}

async function react(channel: string, emote: string, n: number): Promise<void> {
  const occurredAt = new Date().toISOString();
  const reactions = Array.from({ length: n }, (_, index) => ({
    id: `${channel}-${emote}-${occurredAt}-${index}`,
    emote,
    occurredAt,
  }));
  await send('POST', `/api/v1/channels/${channel}/reactions`, { reactions });
}

describe('a viewer', () => {
  it('sees a tap in the tally, and an empty page says what to do before', async () => {
    const channel = await newChannel();
    const { page, problems, context } = await openPage(browser, address(channel));
    await live(page);
    await page.getByText('No moments yet').waitFor();
    await page.getByRole('button', { name: 'React with fire' }).click();
    await page.locator('[data-count="🔥"]', { hasText: '1' }).waitFor();
    expect(problems).toEqual([]);
    await context.close();
  });

  it('holds a button for a stream of reactions', async () => {
    const channel = await newChannel();
    const { page, context } = await openPage(browser, address(channel));
    await live(page);
    const fire = page.getByRole('button', { name: 'React with fire' });
    await fire.hover();
    await page.mouse.down();
    await page.waitForFunction(() => Number(document.querySelector('[data-count="🔥"]')?.textContent) >= 5);
    await page.mouse.up();
    await context.close();
  });

  it('sees a moment rise with everybody’s reactions (S0-49)', async () => {
    const channel = await newChannel();
    const { page, problems, context } = await openPage(browser, address(channel));
    await live(page);
    await react(channel, '🔥', 30);
    const card = page.locator('.card').first();
    await card.waitFor();
    const text = await card.textContent();
    expect(text).toContain('30 of 30 reactions');
    expect(text).toMatch(/happening now|over/);
    expect(problems).toEqual([]);
    await context.close();
  });

  it('sees a name with markup in it, and no markup', async () => {
    const channel = await newChannel();
    const alias = '<img src=x onerror=alert(1)>';
    await send('PUT', `/api/v1/channels/${channel}/settings`, { allowedEmotes: ['twitch:1'] });
    const { page, context } = await openPage(browser, address(channel));
    await live(page);
    const reactions = [{ id: 'x', emote: 'twitch:1', occurredAt: new Date().toISOString(), alias }];
    await send('POST', `/api/v1/channels/${channel}/reactions`, { reactions });
    // Its brackets are kept as others that look alike (`emoteNameFrom`).
    await page.getByTitle('＜img src=x onerror=alert(1)＞').first().waitFor();
    expect(await page.locator('img').count()).toBe(0);
    await context.close();
  });

  it('is told that the connection is lost, and is back by itself when the server is (S0-24)', async () => {
    const data = await mkdtemp(path.join(tmpdir(), 'ovation-back-'));
    const first = await startServer({ OVATION_DATA_DIR: data, OVATION_SIMULATOR: 'off' });
    const { port } = new URL(first.url);
    const { page, context } = await openPage(browser, first.url);
    await live(page);
    await first.kill('SIGKILL');
    await page
      .getByText(/Trying again in \d s/)
      .first()
      .waitFor();
    expect(await page.getByRole('button', { name: 'React with fire' }).isDisabled()).toBe(true);
    const second = await startServer({ OVATION_DATA_DIR: data, OVATION_SIMULATOR: 'off' }, ['--port', port]);
    await live(page);
    await page.getByRole('button', { name: 'React with fire' }).click();
    await page.locator('[data-count="🔥"]', { hasText: '1' }).waitFor();
    await context.close();
    await second[Symbol.asyncDispose]();
    await rm(data, { recursive: true });
  });

  it('sees the newest moment first on a phone (P6)', async () => {
    const channel = await newChannel();
    const top = async (page: Page, place: string) => (await page.locator(place).boundingBox())?.y ?? Number.NaN;
    // An empty channel begins with its feed, and the moment comes there.
    const empty = await openPage(browser, address(channel), { viewport: PHONE });
    await live(empty.page);
    await react(channel, '🔥', 30);
    await empty.page.locator('.card').getByText('30 of 30 reactions').waitFor();
    expect(await top(empty.page, '.card')).toBeLessThan(await top(empty.page, '.plot-space'));
    await empty.context.close();
    // Any other begins with the newest moment.
    const { page, context } = await openPage(browser, address(channel), { viewport: PHONE });
    await live(page);
    await page.locator('[data-newest]').getByText('30 of 30 reactions').waitFor();
    expect(await top(page, '[data-newest]')).toBeLessThan(await top(page, '.plot-space'));
    await context.close();
  });

  it('is told at a wrong address that there is nothing, and led on (P15)', async () => {
    const { page, context } = await openPage(browser, `${server.url}/demo`);
    await page.getByRole('heading', { name: 'There is no page “/demo”' }).waitFor();
    expect((await fetch(`${server.url}/demo`, { headers: { accept: 'text/html' } })).status).toBe(404);
    await page.getByRole('link', { name: 'Open channel demo' }).click();
    await page.waitForURL(/\/\?channel=demo$/);
    await context.close();
  });

  it('is offered to make a channel that does not exist', async () => {
    const { page, context } = await openPage(browser, address('brand-new'));
    await page.getByRole('button', { name: 'Create brand-new' }).click();
    await live(page);
    await context.close();
  });

  it('reacts by keyboard, and can switch the single keys off', async () => {
    const channel = await newChannel();
    const { page, context } = await openPage(browser, address(channel));
    await live(page);
    await page.keyboard.press('8');
    await page.locator('[data-count="🔥"]', { hasText: '1' }).waitFor();
    await page.getByRole('button', { name: 'View options' }).click();
    await page.getByRole('menuitemcheckbox', { name: 'Keys 1 to 8 react' }).click();
    await page.keyboard.press('Escape');
    await page.keyboard.press('8');
    await page.getByRole('button', { name: 'React with grinning face' }).click();
    await page.locator('[data-count="😀"]', { hasText: '1' }).waitFor();
    expect(await page.locator('[data-count="🔥"]').textContent()).toBe('1');
    await context.close();
  });
});

describe('a streamer', () => {
  it('saves settings, and a second page sees them at once (S0-49)', async () => {
    const channel = await newChannel();
    const one = await openPage(browser, address(channel));
    const two = await openPage(browser, address(channel));
    await Promise.all([live(one.page), live(two.page)]);
    await one.page.getByRole('button', { name: 'Settings' }).click();
    await one.page.getByRole('textbox', { name: /Interval/ }).fill('4');
    await one.page.keyboard.press('Tab');
    await one.page.getByRole('button', { name: 'Save settings' }).click();
    await one.page.getByText(/^Saved\./).waitFor();
    await two.page.getByText(/checked every 4 reactions/).waitFor();
    await Promise.all([one.context.close(), two.context.close()]);
  });

  it('is told what is wrong with a number, keeps what was typed, and keeps the keyboard after saving (P12, P13)', async () => {
    const channel = await newChannel();
    const { page, context } = await openPage(browser, address(channel));
    await live(page);
    await page.getByRole('button', { name: 'Settings' }).click();
    const interval = page.getByRole('textbox', { name: /Interval/ });
    await interval.fill('0');
    await page.getByText('Give a whole number from 1 to 1000').waitFor();
    const threshold = page.getByRole('textbox', { name: 'Threshold as a number' });
    await threshold.fill('7');
    await page.getByText(/Give a number between 0 and 1/).waitFor();
    await page.keyboard.press('Tab');
    expect([await interval.inputValue(), await threshold.inputValue()]).toEqual(['0', '7']);
    const save = page.getByRole('button', { name: 'Save settings' });
    expect(await save.getAttribute('aria-disabled')).toBe('true');
    await interval.fill('12');
    await threshold.fill('0,25');
    await save.press('Enter');
    await page.getByText(/^Saved\./).waitFor();
    expect(await (await fetch(`${server.url}/api/v1/channels/${channel}/settings`)).json()).toMatchObject({
      interval: 12,
      threshold: 0.25,
    });
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await context.close();
  });

  it('makes a channel from the menu (P16)', async () => {
    const { page, context } = await openPage(browser, address('default'));
    await live(page);
    await page.getByRole('button', { name: /Switch channel/ }).click();
    await page.getByRole('menuitem', { name: 'New channel…' }).click();
    await page.getByRole('textbox', { name: 'Name' }).fill('a/b');
    await page.keyboard.press('Enter');
    await page
      .getByRole('alert')
      .getByText(/1 to 64 letters/)
      .waitFor();
    await page.getByRole('textbox', { name: 'Name' }).fill('made-in-menu');
    await page.keyboard.press('Enter');
    await page.waitForURL(/channel=made-in-menu/);
    await live(page);
    await context.close();
  });

  it('sees what the last hour would have given', async () => {
    const channel = await newChannel();
    await react(channel, '🔥', 40);
    const { page, context } = await openPage(browser, address(channel));
    await live(page);
    // The preview is asked for once: not before the reactions are analysed.
    await page.locator('.card').first().waitFor();
    await page.getByRole('button', { name: 'Settings' }).click();
    const preview = page.locator('[data-preview="answered"]');
    await preview.getByText('1 moment').waitFor();
    await preview.getByText(/from 40 reactions/).waitFor();
    await page.getByRole('textbox', { name: /Interval/ }).fill('1000');
    await page.keyboard.press('Tab');
    await preview.getByText('0 moments').waitFor();
    await context.close();
  });

  it('adds an emoji from the picker and takes another away, by keyboard', async () => {
    const channel = await newChannel();
    const { page, context } = await openPage(browser, address(channel));
    await live(page);
    await page.getByRole('button', { name: 'Settings' }).press('Enter');
    await page.getByRole('button', { name: 'Add emoji' }).press('Enter');
    await page.getByRole('searchbox', { name: 'Search emoji' }).fill('rocket');
    await page.getByText('🚀').first().waitFor();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'Remove 🚀' }).waitFor();
    await page.getByRole('button', { name: 'Remove fire' }).press('Enter');
    await page.getByRole('button', { name: 'Save settings' }).press('Enter');
    await page.getByText(/^Saved\./).waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'React with 🚀' }).waitFor();
    expect(await page.getByRole('button', { name: 'React with fire' }).count()).toBe(0);
    await context.close();
  });
});

describe('for everybody', () => {
  it.each(['light', 'dark'] as const)(
    'axe finds nothing in %s, also with drawer, picker and menu open',
    async (scheme) => {
      const channel = await newChannel();
      await react(channel, '🔥', 30);
      const { page, context } = await openPage(browser, address(channel), { colorScheme: scheme });
      await live(page);
      await page.locator('.card').first().waitFor();
      await expectNoViolations(page, 'page');
      await page.getByRole('button', { name: /Switch channel/ }).click();
      await page.getByRole('menuitemradio').first().waitFor();
      await expectNoViolations(page, 'menu');
      await page.keyboard.press('Escape');
      await page.getByRole('button', { name: 'Settings' }).click();
      await page.locator('[data-preview="answered"]').waitFor();
      await expectNoViolations(page, 'drawer');
      await page.getByRole('button', { name: 'Add emoji' }).click();
      await page.getByRole('gridcell').first().waitFor();
      await expectNoViolations(page, 'picker');
      await context.close();
    },
  );

  it.each([
    ['320', NARROW],
    ['390', PHONE],
    ['1280', WIDE],
  ])('nothing scrolls sideways at %s px', async (_name, viewport) => {
    const channel = await newChannel();
    await react(channel, '🔥', 30);
    const { page, context } = await openPage(browser, address(channel), { viewport });
    await live(page);
    await page.locator('.card').first().waitFor();
    const [wide, visible] = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
    expect(wide).toBeLessThanOrEqual(visible);
    await context.close();
  });

  it('the drawer with its picker fits a phone of 320 px, and the picker lies above the bar at 1280 (P11)', async () => {
    const channel = await newChannel();
    for (const viewport of [NARROW, WIDE]) {
      const { page, context } = await openPage(browser, address(channel), { viewport });
      await live(page);
      await page.getByRole('button', { name: 'Settings' }).click();
      await page.getByRole('button', { name: 'Add emoji' }).click();
      await page.getByRole('gridcell').first().waitFor();
      const { inner, scroll } = await page.evaluate(() => ({
        scroll: document.querySelector('.drawer')?.scrollWidth ?? 0,
        inner: window.innerWidth,
      }));
      expect(scroll).toBeLessThanOrEqual(inner);
      const search = await page.getByRole('searchbox', { name: 'Search emoji' }).boundingBox();
      const save = await page.getByRole('button', { name: 'Save settings' }).boundingBox();
      expect((search?.y ?? 0) + (search?.height ?? 0)).toBeLessThan(save?.y ?? 0);
      await context.close();
    }
  });

  it('emotes keep their colours where the system forces its own, and a low window has no bar over it (P18)', async () => {
    const channel = await newChannel();
    await react(channel, '🔥', 30);
    const options = { forcedColors: 'active', viewport: { width: 640, height: 400 } } as const;
    const { page, context } = await openPage(browser, address(channel), options);
    await live(page);
    await page.locator('.card').first().waitFor();
    const squares = await page.evaluate(() =>
      [...document.querySelectorAll('[data-slot-color]')].map((square) => getComputedStyle(square).backgroundColor),
    );
    expect(new Set(squares).size).toBe(8);
    const bar = await page.evaluate(() => getComputedStyle(document.querySelector('.frame-bar')!).position);
    expect(bar).toBe('static');
    await context.close();
  });

  it('nothing moves by itself with reduced motion', async () => {
    const channel = await newChannel();
    const { page, context } = await openPage(browser, address(channel), { reducedMotion: 'reduce' });
    await live(page);
    await page.getByRole('button', { name: 'React with fire' }).click();
    await page.locator('[data-count="🔥"]', { hasText: '1' }).waitFor();
    const running = await page.evaluate(
      () => document.getAnimations().filter((one) => one.playState === 'running').length,
    );
    expect(running).toBe(0);
    await context.close();
  });
});
