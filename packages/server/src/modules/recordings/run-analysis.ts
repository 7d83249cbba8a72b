import { Worker } from 'node:worker_threads';
import type { AnalysisOutput, AnalysisStart } from './analysis-wire.ts';
import type { RecordingAnalysis } from './analyze-recording.ts';
import { RecordingProblem } from './recording-problem.ts';

/** All of niconico's comments, which must be sorted, fit; what a hostile file would keep does not. */
const HEAP_MAX_MB = 512;
const YOUNG_MAX_MB = 16;
const NO_MEMORY = 'The file needs more memory than an analysis has: it is damaged or not a chat log';

/**
 * Analyzes in a thread of its own, which reads the file itself. The thread ends with this call, also when the signal is
 * aborted.
 * @throws RecordingProblem; the signal's reason
 */
export async function runAnalysis(start: AnalysisStart, signal: AbortSignal): Promise<RecordingAnalysis> {
  signal.throwIfAborted();
  const { promise, resolve, reject } = Promise.withResolvers<RecordingAnalysis>();
  // Node strips types in worker threads too, but the file ending inside `new URL` is not rewritten.
  const ending = import.meta.url.endsWith('.ts') ? '.ts' : '.js';
  const worker = new Worker(new URL(`./analysis-thread${ending}`, import.meta.url), {
    workerData: start,
    name: 'analysis',
    resourceLimits: { maxOldGenerationSizeMb: HEAP_MAX_MB, maxYoungGenerationSizeMb: YOUNG_MAX_MB },
  });
  worker.on('message', (output: AnalysisOutput) => {
    if (output.kind === 'done') resolve(output.analysis);
    else reject(new RecordingProblem(output.problem, output.sentence));
  });
  worker.on('error', (error) => reject(problemOfThread(error)));
  worker.on('exit', () => reject(new Error('The analysis thread ended without an answer')));
  const abort = () => reject(signal.reason);
  signal.addEventListener('abort', abort);
  try {
    return await promise;
  } finally {
    signal.removeEventListener('abort', abort);
    await worker.terminate();
  }
}

function problemOfThread(error: Error): Error {
  const isFull = 'code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY';
  return isFull ? new RecordingProblem('unreadable', NO_MEMORY, { cause: error }) : error;
}
