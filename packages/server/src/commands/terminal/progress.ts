import type { CommandIo } from '../command-io.ts';
import { cutColumns } from './width.ts';

/** How often stderr gets a line about long work when it is no terminal. */
const PLAIN_PERIOD_MS = 30_000;

/** One line about long work: rewritten in place on a terminal, else repeated now and then (or never). */
export class ProgressLine implements Disposable {
  readonly #io: CommandIo;
  readonly #inLogs: boolean;
  #isShown = false;
  #plainAt = Number.NEGATIVE_INFINITY;

  constructor(io: CommandIo, { inLogs }: { inLogs: boolean }) {
    this.#io = io;
    this.#inLogs = inLogs;
  }

  show(text: string): void {
    const { stderr, columns } = this.#io;
    if (stderr.isTTY) {
      stderr.write(`\r${cutColumns(text, columns - 1)}\u001B[K`);
      this.#isShown = true;
    } else if (this.#inLogs && this.#io.now() - this.#plainAt >= PLAIN_PERIOD_MS) {
      this.#plainAt = this.#io.now();
      stderr.write(`${text}\n`);
    }
  }

  /** Takes the line away, so that something else can be written. */
  [Symbol.dispose](): void {
    if (this.#isShown) this.#io.stderr.write('\r\u001B[K');
    this.#isShown = false;
  }
}
