import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { AnalysisInput, AnalysisOutput } from './analysis-wire.ts';
import type { RecordingAnalysis } from './analyze-recording.ts';
import { tooLargeText } from './limit-bytes.ts';
import { RecordingProblem } from './recording-problem.ts';

/** Pieces on their way to the process; HTTP's have at most 64 KB. */
const PIECES_MAX = 8;
/** All of niconico's comments, which must be sorted, fit; what a hostile file would keep does not. */
const HEAP_MAX_MB = 512;
const YOUNG_MAX_MB = 16;

export interface AnalysisLimits {
  readonly maxBytes: number;
  readonly unpackedMaxBytes: number;
  readonly heapMaxMb?: number;
}

const NO_MEMORY = 'The file needs more memory than an analysis has: it is damaged or not a chat log';

/**
 * Analyzes in a process of its own and hands it pieces as fast as it takes them. The process ends with this call, also
 * when the signal is aborted or the source fails. A thread is not enough: one that asks for too much memory at once ends the
 * whole server.
 * @throws RecordingProblem; the signal's reason; what the source throws
 */
export async function runAnalysis(
  source: AsyncIterable<Uint8Array>,
  { heapMaxMb = HEAP_MAX_MB, maxBytes, unpackedMaxBytes }: AnalysisLimits,
  signal: AbortSignal,
): Promise<RecordingAnalysis> {
  signal.throwIfAborted();
  const analysis = new AnalysisProcess(unpackedMaxBytes, heapMaxMb);
  const abort = () => analysis.fail(signal.reason);
  signal.addEventListener('abort', abort);
  try {
    // The process may know a bad file before all of it has come in; then nothing more is read.
    return await Promise.race([analysis.result, feed(analysis, source, maxBytes)]);
  } finally {
    signal.removeEventListener('abort', abort);
    await analysis.end();
  }
}

/** Only ever rejects, or answers what the process does. */
async function feed(
  analysis: AnalysisProcess,
  source: AsyncIterable<Uint8Array>,
  maxBytes: number,
): Promise<RecordingAnalysis> {
  let sent = 0;
  for await (const piece of source) {
    sent += piece.length;
    if (sent > maxBytes) throw new RecordingProblem('too_large', tooLargeText(maxBytes, 'sent'));
    if (!(await analysis.send(piece))) break;
  }
  analysis.sendEnd();
  return analysis.result;
}

class AnalysisProcess {
  readonly #child: ChildProcess;
  readonly #ended = Promise.withResolvers<void>();
  readonly #result = Promise.withResolvers<RecordingAnalysis>();
  #room = PIECES_MAX;
  #isOver = false;
  #onRoom: () => void = () => {};

  constructor(unpackedMaxBytes: number, heapMaxMb: number) {
    // The file ending inside `new URL` is not rewritten.
    const ending = import.meta.url.endsWith('.ts') ? '.ts' : '.js';
    const program = fileURLToPath(new URL(`./analysis-process${ending}`, import.meta.url));
    this.#child = fork(program, [String(unpackedMaxBytes)], {
      execArgv: [`--max-old-space-size=${heapMaxMb}`, `--max-semi-space-size=${YOUNG_MAX_MB}`],
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    });
    this.#child.on('message', (output) => this.#receive(output as AnalysisOutput)); // only analysis-process.ts sends
    this.#child.on('error', (error) => this.fail(error));
    void this.#watchEnd();
    // `runAnalysis` hears of a failure, but for one that comes after the source has failed: that one is dropped here.
    this.#result.promise.catch(() => {});
  }

  get result(): Promise<RecordingAnalysis> {
    return this.#result.promise;
  }

  /** Resolves when the thread has room for more; false when it wants none. */
  async send(piece: Uint8Array): Promise<boolean> {
    while (this.#room === 0 && !this.#isOver) {
      const { promise, resolve } = Promise.withResolvers<void>();
      this.#onRoom = resolve;
      await promise;
    }
    if (this.#isOver) return false;
    this.#room -= 1;
    this.#tell(piece);
    return true;
  }

  sendEnd(): void {
    if (!this.#isOver) this.#tell('end');
  }

  fail(reason: unknown): void {
    this.#over();
    this.#result.reject(reason);
  }

  async end(): Promise<void> {
    this.#over();
    this.#child.kill('SIGKILL');
    await this.#ended.promise;
  }

  #tell(input: AnalysisInput): void {
    // Of a view of a larger buffer all would be sent. One that has gone is heard of by its end.
    this.#child.send(input === 'end' ? input : new Uint8Array(input), () => {});
  }

  /** What was said last may be heard after the end, but not after the channel has closed. */
  async #watchEnd(): Promise<void> {
    const closed = new Promise((resolve) => this.#child.once('disconnect', resolve));
    const signal = await new Promise<NodeJS.Signals | null>((resolve) => {
      this.#child.once('error', () => resolve(null));
      this.#child.once('exit', (_code, by) => resolve(by));
    });
    this.#ended.resolve();
    if (this.#child.connected) await closed;
    // Out of memory it ends itself by a signal, or the system does.
    if (signal === null) this.fail(new Error('The analysis ended without an answer'));
    else this.fail(new RecordingProblem('unreadable', NO_MEMORY));
  }

  #receive(output: AnalysisOutput): void {
    if (output.kind === 'taken') {
      this.#room += 1;
      this.#onRoom();
      return;
    }
    this.#over();
    if (output.kind === 'done') this.#result.resolve(output.analysis);
    else this.#result.reject(new RecordingProblem(output.problem, output.sentence));
  }

  #over(): void {
    this.#isOver = true;
    this.#onRoom();
  }
}
