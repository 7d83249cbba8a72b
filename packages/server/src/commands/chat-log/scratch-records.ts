import { ScratchFile } from '../../modules/recordings/index.ts';

const PIECE_LENGTH = 65_536;

/**
 * Records that are written while a log is read and read again afterwards, so that memory does not grow with the log and a
 * pipe needs to be read only once. They lie on the disk until they are disposed.
 */
export class ScratchRecords<Value> implements AsyncDisposable {
  readonly #file = new ScratchFile();
  #piece = '';

  add(record: Value): void {
    this.#piece += `${JSON.stringify(record)}\n`;
  }

  /** Writes what was added, when it is much. Called now and then: a promise for each record would cost more than it. */
  async settle(): Promise<void> {
    if (this.#piece.length < PIECE_LENGTH) return;
    await this.#file.write(this.#piece);
    this.#piece = '';
  }

  /** In the order in which they were added, in batches. */
  async *batches(): AsyncGenerator<readonly Value[], void> {
    const decoder = new TextDecoder();
    let rest = '';
    for await (const piece of this.#file.read()) {
      const lines = (rest + decoder.decode(piece, { stream: true })).split('\n');
      rest = lines.pop() ?? '';
      // Written by `add`.
      yield lines.map((line) => JSON.parse(line) as Value);
    }
    const last = this.#piece.split('\n').slice(0, -1);
    if (last.length > 0) yield last.map((line) => JSON.parse(line) as Value);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#file[Symbol.asyncDispose]();
  }
}
