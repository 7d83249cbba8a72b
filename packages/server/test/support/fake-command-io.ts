import { Readable } from 'node:stream';
import type { CommandIo } from '../../src/commands/command-io.ts';

/** A terminal that remembers, and a clock that only moves when a command sleeps. For tests. */
export class FakeIo implements CommandIo {
  readonly written = { out: '', err: '' };
  readonly stdout = { write: (text: string) => (this.written.out += text) };
  readonly stderr: { write(text: string): unknown; isTTY: boolean };
  readonly columns: number;
  /** what a test types or pipes in */
  stdin: AsyncIterable<Uint8Array> = Readable.from([]);
  /** so many pieces are taken by what reads standard output */
  reads = Number.POSITIVE_INFINITY;
  readonly stopping = new AbortController();
  readonly signal = this.stopping.signal;
  #now = Date.UTC(2026, 0, 1);
  /** called before each sleep ends, with the time that it took */
  onSleep: (ms: number) => void = () => {};

  constructor({ columns = 80, isTTY = false }: { columns?: number; isTTY?: boolean } = {}) {
    this.columns = columns;
    this.stderr = { write: (text: string) => (this.written.err += text), isTTY };
  }

  async pour(text: string): Promise<boolean> {
    if (this.reads > 0) this.stdout.write(text);
    this.reads -= 1;
    return this.reads >= 0;
  }

  now(): number {
    return this.#now;
  }

  async sleep(ms: number, signal?: AbortSignal): Promise<void> {
    this.onSleep(ms);
    signal?.throwIfAborted();
    this.#now += ms;
    // Lets requests under way go on.
    await new Promise((resolve) => setImmediate(resolve));
  }
}
