/** A process that analyzes one recording: the server delivers live meanwhile, and outlives whatever a file does to this one. */
import { once } from 'node:events';
import { createReadStream } from 'node:fs';
import type { AnalysisOutput, AnalysisStart } from './analysis-wire.ts';
import { analyzeRecording } from './analyze-recording.ts';
import { problemOfFile } from './recording-problem.ts';

if (!process.send) throw new Error('This file is run by run-analysis.ts, it is no program of its own');
// A server that was killed waits for no answer.
// oxlint-disable-next-line no-restricted-properties -- it may be in the middle of a file of gigabytes
process.once('disconnect', () => process.exit());

function answer(output: AnalysisOutput): void {
  process.send?.(output);
}

// Only run-analysis.ts starts this process, and says first what it is for.
const [{ file, name, options }] = (await once(process, 'message')) as [AnalysisStart];
try {
  // Without an encoding the stream gives buffers.
  const bytes = createReadStream(file) as AsyncIterable<Uint8Array>;
  answer({ kind: 'done', analysis: await analyzeRecording({ name, path: file, bytes }, options) });
} catch (error) {
  const problem = problemOfFile(error);
  if (!problem) throw error;
  answer({ kind: 'problem', problem: problem.kind, sentence: problem.message });
} finally {
  // What was said before goes out first.
  process.disconnect();
}
