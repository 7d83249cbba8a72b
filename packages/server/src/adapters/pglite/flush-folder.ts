import { closeSync, fsyncSync, openSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

/**
 * fsyncs every file below `folder` that changed since `sinceMs` (time of the file system), and the folders that gained
 * or lost a file. PGlite itself never does: its file system has no fsync. Answers how many files it flushed.
 */
export function flushFolder(folder: string, sinceMs: number): number {
  let flushed = 0;
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) flushed += flushFolder(path, sinceMs);
    else if (entry.isFile() && statSync(path).ctimeMs >= sinceMs) {
      flush(path, 'r+');
      flushed += 1;
    }
  }
  if (statSync(folder).ctimeMs >= sinceMs) flushDirectory(folder);
  return flushed;
}

/** Makes a created, renamed or removed name durable. Windows cannot open a folder and does not need it. */
export function flushDirectory(folder: string): void {
  if (process.platform !== 'win32') flush(folder, 'r');
}

function flush(path: string, flags: string): void {
  const file = openSync(path, flags);
  try {
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}
