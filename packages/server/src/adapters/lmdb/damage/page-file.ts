import { closeSync, fstatSync, openSync, readSync } from 'node:fs';

/** Why a file cannot be a log that was written whole, as a part of a sentence. */
export class Damage extends Error {
  override readonly name = 'Damage';
}

/** A file of LMDB, read page by page: LMDB itself maps it, and a page that is not there ends the process. */
export class PageFile implements Disposable {
  readonly bytes: number;
  readonly #fd: number;

  constructor(file: string) {
    this.#fd = openSync(file, 'r');
    this.bytes = fstatSync(this.#fd).size;
  }

  /** @throws Damage when the file ends before */
  read(at: number, length: number): Buffer {
    const buffer = Buffer.alloc(length);
    if (readSync(this.#fd, buffer, 0, length, at) < length) throw new Damage(`it ends at byte ${this.bytes}`);
    return buffer;
  }

  [Symbol.dispose](): void {
    closeSync(this.#fd);
  }
}
