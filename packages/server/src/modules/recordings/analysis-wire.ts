import type { RecordingAnalysis } from './analyze-recording.ts';
import type { RecordingProblemKind } from './recording-problem.ts';

/** What the main thread sends: the next bytes of the file, or null at its end. */
export type AnalysisInput = Uint8Array | null;

/** `taken`: send more. Everything else ends the analysis. */
export type AnalysisOutput =
  | { readonly kind: 'taken' }
  | { readonly kind: 'done'; readonly analysis: RecordingAnalysis }
  | { readonly kind: 'problem'; readonly problem: RecordingProblemKind; readonly sentence: string };

/** What the thread is started with. */
export interface AnalysisStart {
  /** unpacked bytes that are read at most */
  readonly unpackedMaxBytes: number;
}
