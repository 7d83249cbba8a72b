import type { Page } from 'playwright-core';
import { startServer, type ServerProcess } from '../server-process.ts';

/** The real server in a folder, without the demo audience; on a fixed port when it comes back. */
export function serve(folder: string, port = '0'): Promise<ServerProcess> {
  return startServer({ OVATION_DATA_DIR: folder, OVATION_SIMULATOR: 'off' }, ['--port', port]);
}

let sent = 0;

/** Reactions of others to channel default. */
export async function react(url: string, emote: string, n: number): Promise<void> {
  const occurredAt = new Date().toISOString();
  const reactions = Array.from({ length: n }, () => ({ id: `others-${(sent += 1)}`, emote, occurredAt }));
  const response = await fetch(`${url}/api/v1/channels/default/reactions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ reactions }),
  });
  if (!response.ok) throw new Error(`Reactions were answered with ${response.status}`);
}

/** Waits until the server itself knows `count` moments. @returns their ids */
export async function momentsKnown(url: string, count: number): Promise<string[]> {
  for (;;) {
    const response = await fetch(`${url}/api/v1/channels/default/moments`);
    const { data } = (await response.json()) as { data: { id: string }[] };
    if (data.length >= count) return data.map(({ id }) => id);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

export async function untilLive(page: Page): Promise<void> {
  await page.locator('[data-connection]', { hasText: 'Connected' }).waitFor();
  await page.locator('.frame-bar button').first().waitFor();
}

/** ids of the cards on the page, newest first */
export function cardsOf(page: Page): Promise<(string | null)[]> {
  return page.locator('[data-moment]').evaluateAll((cards) => cards.map((card) => card.getAttribute('data-moment')));
}

export async function untilCards(page: Page, count: number): Promise<void> {
  await page.waitForFunction((wanted) => document.querySelectorAll('[data-moment]').length >= wanted, count);
}

/** The waits between attempts are drawn; this page draws short ones. */
export async function comeBackSoon(page: Page): Promise<void> {
  await page.addInitScript(() => {
    Math.random = () => 0.05;
  });
}
