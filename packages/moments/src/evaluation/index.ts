export type { Evaluation, Headline, Interval90, SourceEvaluation } from './evaluate-detections.ts';
export { compareEvaluations, evaluateDetections } from './evaluate-detections.ts';
export type { Detection, DetectionsById, LabelledSource, LabelledVideo } from './labels.ts';
