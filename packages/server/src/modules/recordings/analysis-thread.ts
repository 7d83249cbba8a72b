/** A thread that analyzes one recording: the main thread delivers live meanwhile. */
import { createReadStream } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';
import type { AnalysisOutput, AnalysisStart } from './analysis-wire.ts';
import { analyzeRecording } from './analyze-recording.ts';
import { problemOfFile } from './recording-problem.ts';

if (!parentPort) throw new Error('This file is a worker thread, not a program');
const port = parentPort;
// Only run-analysis.ts starts this thread.
const { file, name, options } = workerData as AnalysisStart;

function answer(output: AnalysisOutput): void {
  port.postMessage(output);
}

try {
  // Without an encoding the stream gives buffers.
  const bytes = createReadStream(file) as AsyncIterable<Uint8Array>;
  answer({ kind: 'done', analysis: await analyzeRecording({ name, path: file, bytes }, options) });
} catch (error) {
  const problem = problemOfFile(error);
  if (!problem) throw error;
  answer({ kind: 'problem', problem: problem.kind, sentence: problem.message });
} finally {
  port.close();
}
