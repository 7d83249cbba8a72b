import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Browser } from 'playwright-core';
import { runOvation, type ServerProcess, startServer } from '../server-process.ts';
import { launchBrowser, PATIENCE_MS, PHONE, WIDE } from './browser.ts';
import { layoutShift, watchLayoutShift } from './layout-shift.ts';

/** What a person sees who has just typed `npm start` in a fresh folder. */

let browser: Browser;
let server: ServerProcess;
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'ovation-demo-'));
  server = await startServer({ OVATION_DATA_DIR: folder });
  browser = await launchBrowser();
});
afterAll(async () => {
  await browser.close();
  await server[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});

it.each([
  ['1280', WIDE],
  ['390', PHONE],
])(
  'moments of demo appear at %s px without the page jumping, and their ids are in database and topic',
  async (_name, viewport) => {
    const context = await browser.newContext({ viewport });
    context.setDefaultTimeout(PATIENCE_MS);
    const page = await context.newPage();
    await watchLayoutShift(page);
    await page.goto(`${server.url}/?channel=demo`);
    // The requirements promise a minute; a busy machine may take two.
    await page.locator('.card').nth(1).waitFor();
    expect(await layoutShift(page)).toBeLessThan(0.02);
    const id = await page.locator('.card[data-detector=ratio]').first().getAttribute('data-moment');
    const environment = { OVATION_DATA_DIR: folder };
    const sql = await runOvation(
      ['sql', `select id from significant_moments where id = '${id}'`, '--json'],
      environment,
    );
    expect(JSON.parse(sql.stdout)).toEqual([{ id }]);
    const logger = async () =>
      (await runOvation(['log', 'aggregated-emote-data', '--limit', '1000'], environment)).stdout;
    // The relay brings it there after the commit, in its own time.
    while (!(await logger()).includes(`"id":"${id}"`));
    await context.close();
  },
);

it('the user’s own channel stays empty and says what to do', async () => {
  const page = await browser.newPage();
  page.setDefaultTimeout(PATIENCE_MS);
  await page.goto(server.url);
  await page.getByText('No moments yet').waitFor();
  expect(await page.locator('[data-figure="total"]').textContent()).toBe('0');
  await page.close();
});
