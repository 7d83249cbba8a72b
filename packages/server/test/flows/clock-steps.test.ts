import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { SignJWT } from 'jose';
import { expect, it } from 'vitest';
import { serverProcesses, until } from '../support/server-processes.ts';

/** The machine's clock is set while a server runs (doors.md D6). */

const { newFolder, start } = serverProcesses();

const HOUR_MS = 3_600_000;
const SECRET = 'a-secret-of-thirty-two-characters';
const preload = new URL('../support/settable-wall-clock.mjs', import.meta.url).href;

interface Health {
  readonly timestamp: string;
  readonly clock?: { readonly aheadMs: number; readonly means: string };
}

it('is followed forth within seconds, shown when it is set back, and judges tokens', async () => {
  const folder = await newFolder();
  const file = path.join(folder, 'offset');
  const set = (ms: number) => writeFile(file, String(ms));
  await set(0);
  const server = await start(path.join(folder, 'data'), {
    NODE_OPTIONS: `--import=${preload}`,
    WALL_CLOCK_FILE: file,
    ACCESS_TOKEN_SECRET: SECRET,
    OVATION_SETTINGS_AUTH: 'token',
  });
  const health = async () => (await (await fetch(`${server.url}/health`)).json()) as Health;
  const aheadOfUs = async () => Date.parse((await health()).timestamp) - Date.now();
  const putInterval = async (token: string) =>
    (
      await fetch(`${server.url}/settings/interval`, {
        method: 'PUT',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
        body: '{"interval":1}',
      })
    ).status;
  const tokenFor = (ms: number) =>
    new SignJWT({ id: 'o', role: 'admin' })
      .setProtectedHeader({ alg: 'HS256' })
      .setExpirationTime(Math.floor((Date.now() + ms) / 1_000))
      .sign(new TextEncoder().encode(SECRET));

  expect(Math.abs(await aheadOfUs())).toBeLessThan(60_000);
  expect((await health()).clock).toBeUndefined();
  const ofTenMinutes = await tokenFor(600_000);
  expect(await putInterval(ofTenMinutes)).toBe(200);

  await set(HOUR_MS);
  await until(async () => expect(await aheadOfUs()).toBeGreaterThan(HOUR_MS - 60_000));
  expect((await health()).clock).toBeUndefined();
  expect(await putInterval(ofTenMinutes)).toBe(403);
  // What is dated by the time that was set right is counted, and a moment follows.
  const at = new Date(Date.now() + HOUR_MS).toISOString();
  const react = await fetch(`${server.url}/emotes`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${await tokenFor(2 * HOUR_MS)}` },
    body: JSON.stringify({ emote: '🔥', timestamp: at }),
  });
  expect(react.status).toBe(202);
  const metric = async () => (await fetch(`${server.url}/metrics`)).text();
  await until(async () => expect(await metric()).toContain('emotes_processed_total 1'));
  expect(await metric()).toContain('emotes_late_total 0');

  await set(0);
  await until(async () => expect((await health()).clock?.aheadMs).toBeGreaterThan(HOUR_MS - 60_000));
  expect((await health()).clock?.means).toContain('set back');
  expect(await aheadOfUs()).toBeGreaterThan(HOUR_MS - 60_000);
  await until(() => expect(server.stdout.some((line) => line.includes('was set back'))).toBe(true));
  // The token is good for ten minutes by the true time, whatever the times of the process say.
  expect(await putInterval(ofTenMinutes)).toBe(200);
});
