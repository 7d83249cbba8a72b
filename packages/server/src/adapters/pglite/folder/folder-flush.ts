import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { uptime } from 'node:os';
import { changedSince, flushAll } from './flush-folder.ts';

/** The clock of a file system may be this coarse; flushing a file twice does no harm. */
const COARSE_MS = 2_000;

/**
 * Remembers up to when everything below a data folder is on disk, also from one process to the next in
 * `<folder>.flushed`. All its times are compared with those of files, so they are the machine's and not the clock port's.
 */
export class FolderFlush {
  readonly #folder: string;
  #doneUpToMs: number;

  constructor(folder: string) {
    this.#folder = folder;
    // What changed before the machine started is on disk, or gone.
    this.#doneUpToMs = Math.max(Date.now() - uptime() * 1000, readStamp(stampFile(folder)));
  }

  /** Answers how many files and folders were flushed. What is written meanwhile is left for the next call. */
  async flush(): Promise<number> {
    const startedAtMs = Date.now();
    const changed = changedSince(this.#folder, this.#doneUpToMs - COARSE_MS);
    await flushAll(changed);
    this.#doneUpToMs = startedAtMs;
    // Not flushed itself: with an older stamp the next process only flushes more.
    await writeFile(stampFile(this.#folder), String(startedAtMs));
    return changed.length;
  }
}

function readStamp(file: string): number {
  try {
    return Number(readFileSync(file, 'utf8')) || 0;
  } catch {
    return 0;
  }
}

function stampFile(folder: string): string {
  return `${folder}.flushed`;
}
