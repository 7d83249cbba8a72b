import { Worker } from 'node:worker_threads';
import type { AnalysisInput, AnalysisOutput, AnalysisStart } from './analysis-wire.ts';
import type { RecordingAnalysis } from './analyze-recording.ts';
import { tooLargeText } from './limit-bytes.ts';
import { RecordingProblem } from './recording-problem.ts';

/** Pieces on their way to the thread; HTTP's have at most 64 KB. */
const PIECES_MAX = 8;
/** All of niconico's comments, which must be sorted, fit; what a hostile file would keep does not. */
const HEAP_MAX_MB = 512;
const YOUNG_MAX_MB = 16;
const NO_MEMORY = 'The file needs more memory than an analysis has: it is damaged or not a chat log';

/**
 * Analyzes in a thread of its own and hands it pieces as fast as it takes them. The thread ends with this call, also
 * when the signal is aborted or the source fails.
 * @throws RecordingProblem; the signal's reason; what the source throws
 */
export async function runAnalysis(
  source: AsyncIterable<Uint8Array>,
  { maxBytes, unpackedMaxBytes }: { maxBytes: number; unpackedMaxBytes: number },
  signal: AbortSignal,
): Promise<RecordingAnalysis> {
  signal.throwIfAborted();
  const thread = new AnalysisThread({ unpackedMaxBytes });
  const abort = () => thread.fail(signal.reason);
  signal.addEventListener('abort', abort);
  try {
    // The thread may know a bad file before all of it has come in; then nothing more is read.
    return await Promise.race([thread.result, feed(thread, source, maxBytes)]);
  } finally {
    signal.removeEventListener('abort', abort);
    await thread.end();
  }
}

/** Only ever rejects, or answers what the thread does. */
async function feed(
  thread: AnalysisThread,
  source: AsyncIterable<Uint8Array>,
  maxBytes: number,
): Promise<RecordingAnalysis> {
  let sent = 0;
  for await (const piece of source) {
    sent += piece.length;
    if (sent > maxBytes) throw new RecordingProblem('too_large', tooLargeText(maxBytes, 'sent'));
    if (!(await thread.send(piece))) break;
  }
  thread.sendEnd();
  return thread.result;
}

class AnalysisThread {
  readonly #worker: Worker;
  readonly #result = Promise.withResolvers<RecordingAnalysis>();
  #room = PIECES_MAX;
  #isOver = false;
  #onRoom: () => void = () => {};

  constructor(start: AnalysisStart) {
    // Node strips types in worker threads too, but the file ending inside `new URL` is not rewritten.
    const ending = import.meta.url.endsWith('.ts') ? '.ts' : '.js';
    this.#worker = new Worker(new URL(`./analysis-thread${ending}`, import.meta.url), {
      workerData: start,
      name: 'analysis',
      resourceLimits: { maxOldGenerationSizeMb: HEAP_MAX_MB, maxYoungGenerationSizeMb: YOUNG_MAX_MB },
    });
    this.#worker.on('message', (output: AnalysisOutput) => this.#receive(output));
    this.#worker.on('error', (error) => this.fail(problemOfThread(error)));
    this.#worker.on('exit', () => this.fail(new Error('The analysis thread ended without an answer')));
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
    // A copy of its own, which can be handed over: the piece may be a part of a larger buffer.
    const copy = new Uint8Array(piece);
    this.#worker.postMessage(copy satisfies AnalysisInput, [copy.buffer]);
    return true;
  }

  sendEnd(): void {
    if (!this.#isOver) this.#worker.postMessage(null satisfies AnalysisInput);
  }

  fail(reason: unknown): void {
    this.#over();
    this.#result.reject(reason);
  }

  async end(): Promise<void> {
    this.#over();
    await this.#worker.terminate();
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

function problemOfThread(error: Error): Error {
  const isFull = 'code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY';
  return isFull ? new RecordingProblem('unreadable', NO_MEMORY, { cause: error }) : error;
}
