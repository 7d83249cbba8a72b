import type { RecordingAnalysis } from './analyze-recording.ts';
import type { ReadingOptions } from './reading/chats-in.ts';
import type { RecordingProblemKind } from './recording-problem.ts';

/** What the process answers, once. */
export type AnalysisOutput =
  | { readonly kind: 'done'; readonly analysis: RecordingAnalysis }
  | { readonly kind: 'problem'; readonly problem: RecordingProblemKind; readonly sentence: string };

/** What the process is told first. */
export interface AnalysisStart {
  /** where the file lies */
  readonly file: string;
  /** as the caller named it */
  readonly name: string;
  readonly options: Pick<ReadingOptions, 'unit' | 'start' | 'join' | 'unpackedMaxBytes' | 'scratchFolder'>;
}
