import type { VideoJudgement } from './judge-video.ts';
import { mean, median } from './statistics.ts';

/** The figures of one source (docs/detection.md, "How it is scored"). A figure is NaN when the source does not define it. */
export interface SourceFigures {
  readonly videos: number;
  readonly labels: number;
  readonly hours: number;
  readonly detectionsPerHour: number;
  readonly mAP: number;
  readonly mAP30: number;
  /** (mAP + mAP30) / 2 */
  readonly H: number;
  readonly RP: number;
  readonly P5: number;
  readonly P: number;
  readonly R: number;
  readonly F1op: number;
  readonly F1best: number;
  readonly lead: number;
  readonly cover: number;
  readonly wait: number;
  readonly distracted: number;
}

export function sourceFigures(videos: readonly VideoJudgement[]): SourceFigures {
  const sum = (pick: (video: VideoJudgement) => number) => videos.reduce((total, video) => total + pick(video), 0);
  const labelled = videos.filter(({ labels }) => labels > 0);
  const labels = sum((video) => video.labels);
  const hours = sum((video) => video.hours);
  const hits = sum((video) => video.hits);
  const detections = sum((video) => video.detections);
  const P = detections === 0 ? 0 : hits / detections;
  const R = labels === 0 ? 0 : hits / labels;
  const mAP = mean(labelled.map(({ ap }) => ap));
  const mAP30 = mean(labelled.map(({ apCut }) => apCut));
  return {
    videos: videos.length,
    labels,
    hours,
    detectionsPerHour: detections / hours,
    mAP,
    mAP30,
    H: (mAP + mAP30) / 2,
    RP: sum((video) => video.hitsAtLabels) / labels,
    P5: mean(labelled.map(({ precisionAtFive }) => precisionAtFive)),
    P,
    R,
    F1op: P + R === 0 ? 0 : (2 * P * R) / (P + R),
    F1best: bestF1(videos, labels),
    lead: median(videos.flatMap(({ leads }) => leads)),
    cover: mean(videos.flatMap(({ covers }) => covers)),
    wait: median(videos.flatMap(({ waits }) => waits)),
    distracted: detections === 0 ? 0 : sum((video) => video.distracted) / detections,
  };
}

/** F1 at the best single threshold of the source. */
function bestF1(videos: readonly VideoJudgement[], labels: number): number {
  const pool = videos.flatMap(({ ranked }) => ranked).toSorted((a, b) => b.score - a.score);
  let hits = 0;
  let best = 0;
  for (const [index, { score, isHit }] of pool.entries()) {
    if (isHit) hits += 1;
    const next = pool[index + 1];
    // Detections of one score pass a threshold together.
    if (next === undefined || next.score < score) best = Math.max(best, (2 * hits) / (index + 1 + labels));
  }
  return best;
}
