import { once } from 'node:events';
import { addAbortSignal } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import type { CommandIo } from './command-io.ts';

/** The real terminal and process. The first SIGINT or SIGTERM aborts `signal`; a second one ends the process at once. */
export function processIo(): CommandIo {
  const stopping = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM'] as const) {
    // `once`: the second signal finds no listener and ends the process.
    process.once(name, () => stopping.abort(name));
  }
  let hasReader = true;
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    // The reader has enough: `ovation analyze chat.json | head -1`.
    if (error.code !== 'EPIPE') throw error;
    hasReader = false;
  });
  return {
    get stdin(): AsyncIterable<Uint8Array> {
      // Without an encoding the stream gives buffers. Not read before a command asks: a terminal would wait for typing.
      return addAbortSignal(stopping.signal, process.stdin) as AsyncIterable<Uint8Array>;
    },
    pour: async (text) => {
      if (hasReader && !process.stdout.write(text)) {
        await Promise.race([once(process.stdout, 'drain'), once(process.stdout, 'close')]).catch(() => {});
      }
      return hasReader;
    },
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
