import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { AnalysisOutput, AnalysisStart } from './analysis-wire.ts';
import type { RecordingAnalysis } from './analyze-recording.ts';
import { RecordingProblem } from './recording-problem.ts';

const YOUNG_MAX_MB = 16;
const NO_MEMORY = 'The file needs more memory than an analysis has: it is damaged or not a chat log';

/**
 * Analyzes in a process of its own, which reads the file itself. The process ends with this call, also when the signal is
 * aborted. A thread is not enough: one that asks for too much memory at once ends the whole server.
 * @param heapMaxMb memory for the objects of one analysis
 * @throws RecordingProblem; the signal's reason
 */
export async function runAnalysis(
  start: AnalysisStart,
  heapMaxMb: number,
  signal: AbortSignal,
): Promise<RecordingAnalysis> {
  signal.throwIfAborted();
  const { promise, resolve, reject } = Promise.withResolvers<RecordingAnalysis>();
  // The file ending inside `new URL` is not rewritten.
  const ending = import.meta.url.endsWith('.ts') ? '.ts' : '.js';
  const child = fork(fileURLToPath(new URL(`./analysis-process${ending}`, import.meta.url)), [], {
    execArgv: [`--max-old-space-size=${heapMaxMb}`, `--max-semi-space-size=${YOUNG_MAX_MB}`],
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  });
  const ended = once(child, 'close');
  child.on('message', (output) => {
    const answer = output as AnalysisOutput; // only analysis-process.ts sends
    if (answer.kind === 'done') resolve(answer.analysis);
    else reject(new RecordingProblem(answer.problem, answer.sentence));
  });
  child.on('error', reject);
  // After all that was said. Out of memory it ends itself by a signal, or the system does.
  child.on('close', (_code, by) =>
    reject(by ? new RecordingProblem('unreadable', NO_MEMORY) : new Error('The analysis ended without an answer')),
  );
  child.send(start, () => {});
  const abort = () => reject(signal.reason);
  signal.addEventListener('abort', abort);
  try {
    return await promise;
  } finally {
    signal.removeEventListener('abort', abort);
    child.kill('SIGKILL');
    await ended.catch(() => {});
  }
}
