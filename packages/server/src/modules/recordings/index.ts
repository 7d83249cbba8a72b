import { availableParallelism } from 'node:os';
import type { RecordingAnalysis } from './analyze-recording.ts';
import { RecordingProblem } from './recording-problem.ts';
import { runAnalysis } from './run-analysis.ts';

export { type RecordingAnalysis, analyzeRecording } from './analyze-recording.ts';
export { gunzipByNode } from './gunzip-by-node.ts';
export { RecordingProblem, problemOfFile } from './recording-problem.ts';

/** A chat log as it is sent, perhaps packed. */
export const RECORDING_MAX_BYTES = 1_073_741_824;
/** What it may unpack to. */
const UNPACKED_MAX_BYTES = 4 * RECORDING_MAX_BYTES;
/** One processor stays free for live delivery, where there are two. */
const AT_ONCE = Math.min(4, Math.max(1, availableParallelism() - 1));
const BUSY = 'As many recordings are being analyzed as this server does at once; try again when one is done';

/** Analyses of chat logs that callers send. */
export interface Recordings {
  /**
   * @param source the file's bytes; read only as fast as they are analyzed
   * @throws RecordingProblem when the file cannot be read, is too large, or too many are analyzed already; the signal's
   *   reason when it is aborted; what the source throws
   */
  analyze(source: AsyncIterable<Uint8Array>, signal: AbortSignal): Promise<RecordingAnalysis>;
}

export interface RecordingOptions {
  readonly atOnce?: number;
  readonly maxBytes?: number;
  readonly unpackedMaxBytes?: number;
}

export function createRecordings({
  atOnce = AT_ONCE,
  maxBytes = RECORDING_MAX_BYTES,
  unpackedMaxBytes = UNPACKED_MAX_BYTES,
}: RecordingOptions = {}): Recordings {
  let running = 0;
  return {
    async analyze(source, signal) {
      if (running >= atOnce) throw new RecordingProblem('busy', BUSY);
      running += 1;
      try {
        return await runAnalysis(source, { maxBytes, unpackedMaxBytes }, signal);
      } finally {
        running -= 1;
      }
    },
  };
}
