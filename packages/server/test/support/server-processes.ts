import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, expect, vi } from 'vitest';
import { createConnection, type Connection, type Transport } from '../../../client/src/index.ts';
import { startServer, type ServerProcess } from '../../../../test/server-process.ts';

/** A connection of the SDK, and the entries of channel default that it was given. */
export interface Watcher {
  readonly connection: Connection;
  readonly told: [seq: number, interval: number][];
}

export interface ServerProcesses {
  /** Runs after the test; the last one that was added runs first. */
  readonly afterTest: (clean: () => unknown) => void;
  readonly newFolder: () => Promise<string>;
  readonly start: (folder: string, environment?: Record<string, string>) => Promise<ServerProcess>;
  readonly watch: (url: string, transports?: readonly Transport[]) => Watcher;
}

/** Folders, servers and connections that go away after each test of the file that asks for them. */
export function serverProcesses(): ServerProcesses {
  const cleanups: (() => unknown)[] = [];
  afterEach(async () => {
    for (const clean of cleanups.splice(0).toReversed()) await clean();
  });
  const afterTest = (clean: () => unknown) => void cleanups.push(clean);
  return {
    afterTest,
    newFolder: async () => {
      const folder = await mkdtemp(path.join(tmpdir(), 'ovation-test-'));
      afterTest(() => rm(folder, { recursive: true }));
      return folder;
    },
    start: async (folder, environment = {}) => {
      const server = await startServer({ OVATION_DATA_DIR: folder, OVATION_SIMULATOR: 'off', ...environment });
      afterTest(() => server[Symbol.asyncDispose]());
      return server;
    },
    watch: (url, transports) => {
      const connection = createConnection({
        url: `${url.replace('http', 'ws')}/ws`,
        ...(transports && { transports }),
      });
      afterTest(() => connection.close());
      const told: Watcher['told'] = [];
      connection.channel('default').on('settings', ({ interval }, seq) => told.push([seq, interval]));
      return { connection, told };
    },
  };
}

/** Waits until the check holds, whatever the machine is busy with. */
export function until(check: () => unknown): Promise<unknown> {
  return vi.waitFor(check, { interval: 20, timeout: 200_000 });
}

/** Each is one entry of the feed of channel default. */
export async function changeIntervals(url: string, ...intervals: readonly number[]): Promise<void> {
  for (const interval of intervals) {
    const response = await fetch(`${url}/settings/interval`, {
      method: 'PUT',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ interval }),
    });
    expect(response.status).toBe(200);
  }
}
