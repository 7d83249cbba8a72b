import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runOvation, startServer } from '../../../test/server-process.ts';

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

describe('OVATION_SIMULATOR=<N>', () => {
  it('plays a million viewers as digests of channel demo, without a record for each', async () => {
    const { raw, activity } = await play(1_000_000, 10_000);
    expect(raw).toEqual([]);
    const digests = activity.filter(({ k }) => k === 'd');
    expect(digests.length).toBeGreaterThan(0);
    expect(digests.every(({ ch }) => Object.keys(ch as object).join(',') === 'demo')).toBe(true);
    const reactions = digests.flatMap(({ ch }) =>
      Object.values((ch as { demo: { e: Record<string, number> } }).demo.e),
    );
    expect(reactions.reduce((sum, n) => sum + n, 0) / digests.length).toBeGreaterThan(100);
  });

  it('plays a small audience as the documents records', async () => {
    const { raw, activity } = await play(3_000, 20);
    expect(raw.length).toBeGreaterThan(19);
    expect(raw.every(({ streamerId }) => streamerId === 'demo')).toBe(true);
    expect(activity.filter(({ k }) => k === 'd')).toEqual([]);
  });
});
