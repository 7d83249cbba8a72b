import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { ChannelActivity } from '@ovation/protocol';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runOvation, startServer } from '../../../../test/server-process.ts';

/** The simulated audience in a whole server. */

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'ovation-simulator-'));
});
afterEach(() => rm(folder, { recursive: true }));

async function counted(url: string): Promise<number> {
  return ((await (await fetch(`${url}/health`)).json()) as { messageCount: number }).messageCount;
}

async function log(topic: string): Promise<Record<string, unknown>[]> {
  const { stdout } = await runOvation(['log', topic, '--limit', '1000'], { OVATION_DATA_DIR: folder });
  const lines = stdout.split('\n').filter((line) => line !== '');
  return lines.map((line) => (JSON.parse(line) as { value: Record<string, unknown> }).value);
}

/** Runs a server with so many viewers until this many of their reactions are in windows. */
async function play(viewers: number, reactions: number) {
  await using server = await startServer({
    OVATION_DATA_DIR: folder,
    OVATION_SIMULATOR: `${viewers}`,
    OVATION_SIMULATOR_SEED: '1',
  });
  while ((await counted(server.url)) < reactions) await pause(50);
  return { raw: await log('raw-emote-data'), activity: await log('activity') };
}

function digestsOf(activity: readonly Record<string, unknown>[]): ChannelActivity[] {
  return activity
    .filter(({ k }) => k === 'd')
    .map(({ ch }) => {
      const channels = ch as Record<string, ChannelActivity>; // written by the server under test
      expect(Object.keys(channels)).toEqual(['demo']);
      return channels['demo'] as ChannelActivity; // the line above
    });
}

describe('OVATION_SIMULATOR=<N>', () => {
  it('plays a million viewers as digests of channel demo, without a record for each', async () => {
    const { raw, activity } = await play(1_000_000, 10_000);
    expect(raw).toEqual([]);
    const digests = digestsOf(activity).filter(({ m }) => m === 0);
    expect(digests.length).toBeGreaterThan(0);
    const reactions = digests.flatMap(({ e }) => Object.values(e));
    expect(reactions.reduce((sum, n) => sum + n, 0) / digests.length).toBeGreaterThan(100);
  });

  it('plays a small audience as classic records', async () => {
    const { raw, activity } = await play(3_000, 20);
    expect(raw.length).toBeGreaterThan(19);
    expect(raw.every(({ streamerId }) => streamerId === 'demo')).toBe(true);
    expect(digestsOf(activity).filter(({ e }) => Object.keys(e).length > 0)).toEqual([]);
  });

  it('chats, so that detectors see messages with their weight', async () => {
    const { activity } = await play(100_000, 1_000);
    const chat = digestsOf(activity).filter(({ m }) => m > 0);
    expect(chat.length).toBeGreaterThan(0);
    for (const { f, m, x } of chat) {
      expect(f['w']).toBeGreaterThanOrEqual(0);
      expect(f['w']).toBeLessThanOrEqual(m);
      expect(x).toBeDefined();
    }
  });
});
