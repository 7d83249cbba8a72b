import { readdir, readFile } from 'node:fs/promises';

/** Beyond those that are open when the doors open: the log and the database open some more files in their lives. */
const GROWTH = 24;
/** For the requests of probes and pages, which must get an answer whatever viewers do. */
const PLAIN_SHARE = 0.25;
const PLAIN_MOST = 64;
/** However few descriptors there are. */
const LEAST = 16;
/** Where the system does not say how many there may be. */
const UNKNOWN = 100_000;

export interface ConnectionRoom {
  /** connections of all kinds */
  readonly all: number;
  /** sockets, streams and polls of viewers */
  readonly viewers: number;
}

/**
 * How many connections there are file descriptors for.
 * @param limits the text of `/proc/self/limits`; undefined on systems that have none
 * @param open descriptors that the process has open without connections
 */
export function connectionsThatFit(limits: string | undefined, open: number): ConnectionRoom {
  const [, soft] = /^Max open files\s+(\d+)/m.exec(limits ?? '') ?? [];
  const all = Number(soft) > 0 ? Math.max(LEAST, Number(soft) - open - GROWTH) : UNKNOWN;
  return { all, viewers: all - Math.min(PLAIN_MOST, Math.floor(all * PLAIN_SHARE)) };
}

/** Call it when everything else is open. */
export async function readConnectionRoom(): Promise<ConnectionRoom> {
  const limits = await readFile('/proc/self/limits', 'utf8').catch(() => undefined);
  const open = await readdir('/proc/self/fd').catch(() => []);
  return connectionsThatFit(limits, open.length);
}
