import { setTimeout as sleep } from 'node:timers/promises';
import type { CommandIo } from './command-io.ts';

/** The real terminal and process. The first SIGINT or SIGTERM aborts `signal`; a second one ends the process at once. */
export function processIo(): CommandIo {
  const stopping = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM'] as const) {
    // `once`: the second signal finds no listener and ends the process.
    process.once(name, () => stopping.abort(name));
  }
  return {
    stdout: process.stdout,
    stderr: process.stderr,
    signal: stopping.signal,
    columns: process.stdout.columns ?? 100,
    now: () => Date.now(),
    sleep: async (ms, signal) => {
      await sleep(ms, undefined, signal ? { signal } : {});
    },
  };
}
