/** A thread that analyzes one recording: the main thread delivers live meanwhile. */
import { on } from 'node:events';
import { parentPort, workerData } from 'node:worker_threads';
import type { AnalysisInput, AnalysisOutput, AnalysisStart } from './analysis-wire.ts';
import { analyzeRecording } from './analyze-recording.ts';
import { gunzipByNode } from './gunzip-by-node.ts';
import { limitBytes } from './limit-bytes.ts';
import { problemOfFile } from './recording-problem.ts';

if (!parentPort) throw new Error('This file is a worker thread, not a program');
const port = parentPort;
// Only run-analysis.ts starts this thread.
const { unpackedMaxBytes } = workerData as AnalysisStart;
const incoming = on(port, 'message');

async function* received(): AsyncGenerator<Uint8Array, void> {
  for await (const [piece] of incoming as AsyncIterable<[AnalysisInput]>) {
    if (piece === null) return;
    yield piece;
    // The import asked for the next piece: this one is read.
    answer({ kind: 'taken' });
  }
}

function answer(output: AnalysisOutput): void {
  port.postMessage(output);
}

try {
  const gunzip = (packed: AsyncIterable<Uint8Array>) => limitBytes(gunzipByNode(packed), unpackedMaxBytes);
  answer({ kind: 'done', analysis: await analyzeRecording(received(), { gunzip }) });
} catch (error) {
  const problem = problemOfFile(error);
  if (!problem) throw error;
  answer({ kind: 'problem', problem: problem.kind, sentence: problem.message });
} finally {
  port.close();
}
