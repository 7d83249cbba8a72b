import { UnpackedTooLarge } from '../recording-problem.ts';

/** How much a file may unpack to, with all files in it and all their layers. */
export class UnpackedBudget {
  readonly #maxBytes: number;
  #passed = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** Passes bytes through up to the limit: a few packed kilobytes can unpack to anything. */
  async *limit(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void> {
    for await (const piece of source) {
      this.#passed += piece.length;
      if (this.#passed > this.#maxBytes) throw new UnpackedTooLarge(tooLargeText(this.#maxBytes, 'unpacked'));
      yield piece;
    }
  }
}

const MEGABYTE = 1_048_576;

export function tooLargeText(maxBytes: number, state: 'sent' | 'unpacked'): string {
  const size = `${(maxBytes / MEGABYTE).toLocaleString('en-US')} MB`;
  const what = state === 'sent' ? 'The file' : 'What the file unpacks to';
  return `${what} is larger than ${size}, which is the most that is taken; cut it into parts, or use ovation analyze`;
}
