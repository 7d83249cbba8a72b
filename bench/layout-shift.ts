/**
 * Layout shift of the page over 60 s of demo traffic, at phone and desktop width (bar: below 0.02).
 *
 *     node bench/layout-shift.ts [--seconds 60]
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { launchBrowser, PHONE, WIDE } from '../test/e2e/browser.ts';
import { layoutShift, watchLayoutShift } from '../test/e2e/layout-shift.ts';
import { startServer } from '../test/server-process.ts';
import { printMachine } from './machine.ts';

const BAR = 0.02;
const { values } = parseArgs({ options: { seconds: { type: 'string', default: '60' } } });

printMachine(['react', 'vite', 'playwright-core']);
const folder = await mkdtemp(path.join(tmpdir(), 'ovation-shift-'));
const server = await startServer({ OVATION_DATA_DIR: folder });
const browser = await launchBrowser();
console.log(`chromium  ${browser.version()}`);
for (const [name, viewport] of [
  ['1280 px', WIDE],
  ['390 px', PHONE],
] as const) {
  const context = await browser.newContext({ viewport });
  const page = await context.newPage();
  await watchLayoutShift(page);
  await page.goto(`${server.url}/?channel=demo`);
  await page.waitForTimeout(Number(values.seconds) * 1_000);
  const shift = await layoutShift(page);
  const moments = await page.locator('.card').count();
  const holds = shift < BAR;
  console.log(
    `${name}: ${shift.toFixed(4)} over ${values.seconds} s with ${moments} moments on the page; bar ${BAR}: ${holds ? 'holds' : 'DOES NOT HOLD'}`,
  );
  if (!holds || moments === 0) process.exitCode = 1;
  await context.close();
}
await browser.close();
await server[Symbol.asyncDispose]();
await rm(folder, { recursive: true });
