import { execFileSync } from 'node:child_process';
import { openSync, writeSync } from 'node:fs';
import path from 'node:path';

/** The wall clock of servers under test, which stands still until it is told to pass. */
export interface SetTime {
  /** for the servers */
  readonly environment: Readonly<Record<string, string>>;
  pass(ms: number): void;
}

const SOURCE = path.join(import.meta.dirname, 'set-time.c');

/**
 * A clock for real servers, by a library that is loaded into them: a contract that moves time to the millisecond holds over
 * them as well. It runs until time is first told to pass, because servers that make a cluster need a clock that runs.
 * @throws Error with one sentence when there is no C compiler
 */
export function createSetTime(folder: string, name: string): SetTime {
  const library = path.join(folder, `${name}.so`);
  try {
    execFileSync('cc', ['-shared', '-fPIC', '-O1', '-o', library, SOURCE]);
  } catch (cause) {
    throw new Error('A server whose time is set needs a C compiler: install one (Debian: apt-get install gcc)', {
      cause,
    });
  }
  const file = path.join(folder, `${name}.time`);
  const handle = openSync(file, 'w');
  const cell = new BigInt64Array(1);
  writeSync(handle, cell, 0, cell.byteLength, 0);
  let nowMs: number | undefined;
  return {
    environment: { LD_PRELOAD: library, OVATION_SET_TIME: file },
    pass(ms) {
      nowMs = (nowMs ?? Date.now()) + ms;
      cell[0] = BigInt(nowMs) * 1_000n;
      writeSync(handle, cell, 0, cell.byteLength, 0);
    },
  };
}
