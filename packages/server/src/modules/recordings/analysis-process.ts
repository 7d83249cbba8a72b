/** A process that analyzes one recording: the server delivers live meanwhile, and outlives whatever a file does to this one. */
import { on } from 'node:events';
import type { AnalysisInput, AnalysisOutput } from './analysis-wire.ts';
import { analyzeRecording } from './analyze-recording.ts';
import { gunzipByNode } from './gunzip-by-node.ts';
import { limitBytes } from './limit-bytes.ts';
import { problemOfFile } from './recording-problem.ts';

if (!process.send) throw new Error('This file is run by run-analysis.ts, it is no program of its own');
const unpackedMaxBytes = Number(process.argv[2]);
const incoming = on(process, 'message');

async function* received(): AsyncGenerator<Uint8Array, void> {
  for await (const [piece] of incoming as AsyncIterable<[AnalysisInput]>) {
    if (piece === 'end') return;
    yield piece;
    // The import asked for the next piece: this one is read.
    answer({ kind: 'taken' });
  }
}

function answer(output: AnalysisOutput): void {
  process.send?.(output);
}

try {
  const gunzip = (packed: AsyncIterable<Uint8Array>) => limitBytes(gunzipByNode(packed), unpackedMaxBytes);
  answer({ kind: 'done', analysis: await analyzeRecording(received(), { gunzip }) });
} catch (error) {
  const problem = problemOfFile(error);
  if (!problem) throw error;
  answer({ kind: 'problem', problem: problem.kind, sentence: problem.message });
} finally {
  // What was said before goes out first.
  process.disconnect();
}
