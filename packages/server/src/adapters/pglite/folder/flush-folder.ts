import { readdirSync, statSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';

/** fsync waits for the disk, and the disk takes several at once. */
const AT_ONCE = 8;

/**
 * Files below `folder` that changed since `sinceMs` (time of the file system), and folders that gained or lost a name.
 * A clean file costs an fsync as much as a changed one, and a fresh data folder has a thousand files: hence the choice.
 */
export function changedSince(folder: string, sinceMs: number): string[] {
  const changed: string[] = [];
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) changed.push(...changedSince(path, sinceMs));
    else if (entry.isFile() && statSync(path).ctimeMs >= sinceMs) changed.push(path);
  }
  if (statSync(folder).ctimeMs >= sinceMs) changed.push(folder);
  return changed;
}

/** fsyncs files and folders. PGlite itself never does: its file system has no fsync. */
export async function flushAll(paths: readonly string[]): Promise<void> {
  for (let at = 0; at < paths.length; at += AT_ONCE) await Promise.all(paths.slice(at, at + AT_ONCE).map(flush));
}

async function flush(path: string): Promise<void> {
  const isFolder = statSync(path, { throwIfNoEntry: false })?.isDirectory();
  // PostgreSQL removes files of its own meanwhile; Windows cannot open a folder and does not need it.
  if (isFolder === undefined || (isFolder && process.platform === 'win32')) return;
  try {
    await using file = await open(path, isFolder ? 'r' : 'r+');
    await file.sync();
  } catch (error) {
    if (!(error instanceof Error) || Reflect.get(error, 'code') !== 'ENOENT') throw error;
  }
}
