import type { RecordingAnalysis } from './analyze-recording.ts';
import type { RecordingProblemKind } from './recording-problem.ts';

/** What the server sends: the next bytes of the file, or that it has ended. */
export type AnalysisInput = Uint8Array | 'end';

/** `taken`: send more. Everything else ends the analysis. */
export type AnalysisOutput =
  | { readonly kind: 'taken' }
  | { readonly kind: 'done'; readonly analysis: RecordingAnalysis }
  | { readonly kind: 'problem'; readonly problem: RecordingProblemKind; readonly sentence: string };
