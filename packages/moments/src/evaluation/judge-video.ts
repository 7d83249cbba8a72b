import type { Detection } from '../found-moment.ts';
import { evaluatedHours, evaluatedLabels, type LabelledVideo } from './labels.ts';
import { averagePrecision, matchLabels, rankDetections } from './match-detections.ts';

/** A planted flood stays in the chat for this long after its end. */
const DISTRACTOR_TAIL_S = 20;
const TOP = 5;

/** The figures of one video. The figures of a source are made from them, so that intervals can draw videos again. */
export interface VideoJudgement {
  readonly id: string;
  readonly hours: number;
  readonly labels: number;
  readonly detections: number;
  /** score of each detection and whether it hits a label, best first */
  readonly ranked: readonly { readonly score: number; readonly isHit: boolean }[];
  readonly hits: number;
  /** NaN without labels; the same holds for the next two */
  readonly ap: number;
  readonly apCut: number;
  readonly precisionAtFive: number;
  readonly hitsAtLabels: number;
  readonly leads: readonly number[];
  readonly covers: readonly number[];
  readonly waits: readonly number[];
  readonly distracted: number;
}

export function judgeVideo(video: LabelledVideo, detections: readonly Detection[]): VideoJudgement {
  const labels = evaluatedLabels(video);
  const ranked = rankDetections(video, detections);
  const matches = matchLabels(ranked, labels, 'near');
  const pairs = ranked.map((detection, index) => ({ detection, label: labels[matches[index] ?? -1] }));
  const hits = pairs.flatMap(({ detection, label }) => (label ? [{ detection, label }] : []));
  const missed = pairs.filter(({ label }) => label === undefined);
  return {
    id: video.id,
    hours: evaluatedHours(video),
    labels: labels.length,
    detections: ranked.length,
    ranked: pairs.map(({ detection, label }) => ({ score: detection.score, isHit: label !== undefined })),
    hits: hits.length,
    ap: averagePrecision(matches, labels.length),
    apCut: averagePrecision(matchLabels(ranked, labels, 'cut'), labels.length),
    precisionAtFive: labels.length === 0 ? Number.NaN : countHits(matches.slice(0, TOP)) / TOP,
    hitsAtLabels: countHits(matches.slice(0, labels.length)),
    leads: hits.map(({ detection, label }) => detection.start - label.start),
    covers: hits.map(({ detection, label }) => {
      const both = Math.min(detection.end, label.end) - Math.max(detection.start, label.start);
      return Math.max(0, both) / Math.max(1, label.end - label.start);
    }),
    waits: hits.flatMap(({ detection: { at }, label }) =>
      at !== undefined && Number.isFinite(at) ? [at - label.end] : [],
    ),
    distracted: missed.filter(({ detection }) => touchesDistractor(video, detection)).length,
  };
}

function countHits(matches: readonly number[]): number {
  return matches.filter((label) => label >= 0).length;
}

function touchesDistractor(video: LabelledVideo, { start, end }: Detection): boolean {
  return (video.distractors ?? []).some((flood) => end >= flood.start && start <= flood.end + DISTRACTOR_TAIL_S);
}
