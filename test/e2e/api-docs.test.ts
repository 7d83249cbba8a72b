import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ServerProcess, startServer } from '../server-process.ts';
import { launchBrowser, openPage, PHONE } from './browser.ts';

/** The page of operations at `/api/docs`, over the real server. */

let browser: Browser;
let server: ServerProcess;
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'ovation-docs-'));
  server = await startServer({ OVATION_DATA_DIR: folder, OVATION_SIMULATOR: 'off' });
  browser = await launchBrowser();
});
afterAll(async () => {
  await browser.close();
  await server[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});

describe('the page of operations', () => {
  it('lists each one with its example, and loads nothing from elsewhere', async () => {
    const { paths } = (await (await fetch(`${server.url}/api/v1/openapi.json`)).json()) as {
      paths: Record<string, Record<string, { summary: string }>>;
    };
    await using opened = await openPage(browser, `${server.url}/api/docs`);
    const { page, problems } = opened;
    await page.getByRole('heading', { name: 'Ovation', exact: true }).waitFor();
    const closed = page.getByRole('button', { name: 'Open Group' });
    while ((await closed.count()) > 0) await closed.first().click();
    const listed = await page.locator('body').innerText();
    const summaries = Object.values(paths).flatMap((operations) => Object.values(operations).map((one) => one.summary));
    expect(summaries.length).toBeGreaterThan(30);
    expect(summaries.filter((summary) => !listed.includes(summary))).toEqual([]);
    await page.goto(`${server.url}/api/docs#tag/broadcasts/POST/api/v1/channels/{channel}/broadcasts`);
    await page.getByText('Friday evening').first().waitFor();
    expect(problems).toEqual([]);
  });

  it('sends an operation to the server that it came from', async () => {
    await using opened = await openPage(browser, `${server.url}/api/docs#tag/channels/GET/api/v1/channels`);
    const { page, problems } = opened;
    // The page may send the defaults of the operation's parameters.
    const answer = page.waitForResponse((response) => new URL(response.url()).pathname === '/api/v1/channels');
    await page
      .getByRole('button', { name: /Test Request/ })
      .first()
      .click();
    await page.getByRole('button', { name: /^Send/ }).first().click();
    expect((await answer).status()).toBe(200);
    expect(problems).toEqual([]);
  });

  it('fits on a phone', async () => {
    await using opened = await openPage(browser, `${server.url}/api/docs`, { viewport: PHONE });
    const { page, problems } = opened;
    await page.getByRole('heading', { name: 'Ovation', exact: true }).waitFor();
    const { scroll, inner } = await page.evaluate(() => ({
      scroll: document.documentElement.scrollWidth,
      inner: window.innerWidth,
    }));
    expect(scroll).toBeLessThanOrEqual(inner);
    expect(problems).toEqual([]);
  });
});
