import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { ClassicClient } from '../../../../test/classic-client.ts';
import { runOvation, type ServerProcess } from '../../../../test/server-process.ts';
import { serverProcesses } from '../support/server-processes.ts';

/** Starting, stopping and being killed. */

const { newFolder, start } = serverProcesses();

async function put(server: ServerProcess, address: string, body: unknown): Promise<number> {
  const headers = { 'content-type': 'application/json' };
  return (await fetch(`${server.url}${address}`, { method: 'PUT', headers, body: JSON.stringify(body) })).status;
}

async function get(server: ServerProcess, address: string): Promise<unknown> {
  return (await fetch(`${server.url}${address}`)).json();
}

describe('a server', () => {
  it('closes sockets and ends with 0 on SIGTERM, also with clients connected (S0-25)', async () => {
    const server = await start(await newFolder());
    const client = await ClassicClient.connect(server.url);
    const closed = once(client.socket, 'close');
    expect(await server.kill('SIGTERM')).toBe(0);
    await closed;
  });

  it('keeps settings over a restart (S0-20) and over kill -9', async () => {
    const folder = await newFolder();
    const first = await start(folder);
    expect(await put(first, '/settings/interval', { interval: 7 })).toBe(200);
    await first.kill('SIGTERM');
    const second = await start(folder);
    expect(await get(second, '/settings/interval')).toEqual({ interval: 7 });
    expect(await put(second, '/settings/threshold', { threshold: 0.7 })).toBe(200);
    await second.kill('SIGKILL');
    const third = await start(folder);
    expect(await get(third, '/settings/threshold')).toEqual({ threshold: 0.7 });
  });

  it('counts every emote that was accepted before kill -9, once', async () => {
    // When the minute turns in the middle, the moment of either minute has its part: then it begins anew.
    let isCounted = false;
    while (!isCounted) isCounted = await countsAllOfOneMinute();
    expect(isCounted).toBe(true);
  });

  /** False when the minute turned before the moment had everything. */
  async function countsAllOfOneMinute(): Promise<boolean> {
    const minute = currentMinute();
    const folder = await newFolder();
    const first = await start(folder);
    const accept = async (server: ServerProcess) => {
      const body = JSON.stringify({ emote: '🔥', timestamp: new Date().toISOString() });
      const response = await fetch(`${server.url}/emotes`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body,
      });
      expect(response.status).toBe(202);
    };
    await put(first, '/settings/interval', { interval: 40 });
    for (let n = 0; n < 39; n += 1) await accept(first);
    await first.kill('SIGKILL');
    const second = await start(folder);
    const client = await ClassicClient.connect(second.url);
    await put(second, '/settings/interval', { interval: 1 });
    await accept(second);
    const counts = () => client.moments().map((moment) => [moment['count'], moment['total']]);
    // What the first server had not copied yet may come one by one.
    while (!counts().some(([count]) => Number(count) >= 40) && currentMinute() === minute) await pause(20);
    while (new Set((await activity(folder)).map(({ src, seq }) => `${src}:${seq}`)).size < 40);
    const records = await activity(folder);
    expect(new Set(records.map(({ src, seq }) => `${src}:${seq}`)).size).toBe(40);
    const isWhole = counts().some(([count]) => Number(count) >= 40);
    if (isWhole) expect(counts().at(-1)).toEqual([40, 40]);
    await second.kill('SIGTERM');
    return isWhole;
  }

  it('refuses a second process on its folder and says what to do', async () => {
    const folder = await newFolder();
    await start(folder);
    const second = await runOvation(['serve'], { OVATION_DATA_DIR: folder, PORT: '0' });
    expect(second.code).toBe(1);
    expect(second.stderr).toContain(folder);
    expect(second.stderr).toContain('OVATION_DATA_DIR');
    expect(second.stderr).not.toMatch(/\n\s+at /);
  });

  it('says which port is in use and how to choose another', async () => {
    const server = await start(await newFolder());
    const { port } = new URL(server.url);
    const second = await runOvation(['serve', '--port', port], { OVATION_DATA_DIR: await newFolder() });
    expect(second.code).toBe(1);
    expect(second.stderr).toContain(`Port ${port} on 127.0.0.1 is in use`);
  });

  it('prints debug lines only with DEBUG=true (S0-36)', async () => {
    const server = await start(await newFolder(), { DEBUG: 'true', OVATION_SIMULATOR: 'classic' });
    const isDebug = (line: string) => line.includes('"level":"debug"');
    while (!server.stdout.some(isDebug)) await new Promise(setImmediate);
    expect(server.stdout.some(isDebug)).toBe(true);
  });
});

function currentMinute(): number {
  return Math.floor(Date.now() / 60_000);
}

interface ItemsRecord {
  readonly src: string;
  readonly seq: number;
}

/** The `items` records of topic `activity`, through the command that a person would use. */
async function activity(folder: string): Promise<ItemsRecord[]> {
  const { stdout } = await runOvation(['log', 'activity', '--limit', '1000'], { OVATION_DATA_DIR: folder });
  const lines = stdout.trim().split('\n');
  const values = lines.map((line) => (JSON.parse(line) as { value: { k: string } & ItemsRecord }).value);
  return values.filter(({ k }) => k === 'i');
}
