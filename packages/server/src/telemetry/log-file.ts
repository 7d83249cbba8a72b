import { closeSync, openSync, renameSync, statSync, writeSync } from 'node:fs';

/** `app.log` and the ones before it, `app.log.1` to `app.log.3`. */
const FILES = 4;
const MEGABYTE = 1_000_000;
const MEGABYTES = 64;

interface LogFileOptions {
  /** of all its files together; default 64 */
  readonly megabytes?: number;
  readonly write?: (file: number, line: string) => number;
}

/**
 * Where lines of the log go. A disk that is full costs lines and nothing else: a stream would end the process, and would
 * take no line ever after. Written at once, so the last lines before a crash are there.
 */
export class LogFile {
  readonly #path: string;
  readonly #maxBytes: number;
  readonly #write: (file: number, line: string) => number;
  #file: number;
  #bytes: number;
  #isTorn = false;

  constructor(path: string, { megabytes = MEGABYTES, write = writeSync }: LogFileOptions) {
    this.#path = path;
    this.#maxBytes = (megabytes * MEGABYTE) / FILES;
    this.#write = write;
    this.#file = openSync(path, 'a');
    this.#bytes = statSync(path).size;
  }

  write(line: string): void {
    // What is left of a line that did not fit ends here, so that the next one can be read.
    const text = this.#isTorn ? `\n${line}` : line;
    const bytes = Buffer.byteLength(text);
    if (this.#bytes > 0 && this.#bytes + bytes > this.#maxBytes) this.#turnOver();
    try {
      const written = this.#write(this.#file, text);
      this.#bytes += written;
      this.#isTorn = written < bytes;
    } catch {
      // Nothing of it was written: a line less.
    }
  }

  /** A folder that allows no new name keeps the lines in the file that is there. */
  #turnOver(): void {
    try {
      for (let age = FILES - 1; age > 0; age -= 1) renameIfThere(older(this.#path, age - 1), older(this.#path, age));
      const file = openSync(this.#path, 'a');
      closeSync(this.#file);
      this.#file = file;
    } catch {
      // The next try comes after as many bytes again, and not with every line.
    }
    this.#bytes = 0;
  }
}

function older(path: string, age: number): string {
  return age === 0 ? path : `${path}.${age}`;
}

function renameIfThere(from: string, to: string): void {
  if (statSync(from, { throwIfNoEntry: false })) renameSync(from, to);
}
