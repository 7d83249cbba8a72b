import type { Detection } from '../found-moment.ts';

interface Interval {
  readonly start: number;
  readonly end: number;
}

export interface LabelledVideo {
  readonly id: string;
  readonly file: string;
  readonly duration: number;
  /** the evaluated parts; undefined = the whole video */
  readonly eval?: readonly (readonly [number, number])[];
  readonly highlights?: readonly Interval[];
  readonly distractors?: readonly Interval[];
  /** weak labels: when links to clips were posted */
  readonly links?: readonly { readonly t: number }[];
}

/** A `labels.json`. */
export interface LabelledSource {
  readonly source: string;
  /** `intervals` or `weak-links` */
  readonly kind: string;
  readonly videos: readonly LabelledVideo[];
}

/** By the id of the video. Times are seconds from the start of its chat file. */
export type DetectionsById = Readonly<Record<string, readonly Detection[]>>;

function partsOf(video: LabelledVideo): readonly (readonly [number, number])[] {
  return video.eval ?? [[0, video.duration]];
}

export function isEvaluated(video: LabelledVideo, at: number): boolean {
  return partsOf(video).some(([from, to]) => at >= from && at <= to);
}

export function evaluatedHours(video: LabelledVideo): number {
  return partsOf(video).reduce((hours, [from, to]) => hours + (to - from) / 3_600, 0);
}

/** From the first to the last evaluated second. */
export function evaluatedSpan(video: LabelledVideo): readonly [number, number] {
  const parts = partsOf(video);
  return [parts[0]?.[0] ?? 0, parts.at(-1)?.[1] ?? video.duration];
}

/** The labels in the evaluated parts. */
export function evaluatedLabels(video: LabelledVideo): readonly Interval[] {
  return (video.highlights ?? []).filter(({ start, end }) => isEvaluated(video, (start + end) / 2));
}
