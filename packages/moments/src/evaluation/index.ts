export type { Evaluation, Headline, Interval90, SourceEvaluation } from './evaluate-detections.ts';
export { compareEvaluations, evaluateDetections } from './evaluate-detections.ts';
export type { DetectionsById, LabelledSource, LabelledVideo } from './labels.ts';
