import { openSync, renameSync, statSync, writeSync } from 'node:fs';

/** A larger `app.log` becomes `app.log.1` at the next start; the one before that goes. */
const FILE_MAX_BYTES = 50_000_000;

/**
 * Where lines of the log go. A disk that is full costs lines and nothing else: a stream would end the process, and would
 * take no line ever after. Written at once, so the last lines before a crash are there.
 */
export class LogFile {
  readonly #file: number;
  readonly #write: (file: number, line: string) => number;
  #isTorn = false;

  constructor(path: string, write: (file: number, line: string) => number = writeSync) {
    const size = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
    if (size > FILE_MAX_BYTES) renameSync(path, `${path}.1`);
    this.#file = openSync(path, 'a');
    this.#write = write;
  }

  write(line: string): void {
    // What is left of a line that did not fit ends here, so that the next one can be read.
    const text = this.#isTorn ? `\n${line}` : line;
    try {
      this.#isTorn = this.#write(this.#file, text) < Buffer.byteLength(text);
    } catch {
      // Nothing of it was written: a line less.
    }
  }
}
