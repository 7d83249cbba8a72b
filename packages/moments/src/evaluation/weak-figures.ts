import type { Detection } from '../found-moment.ts';
import { evaluatedHours, evaluatedSpan, type LabelledVideo } from './labels.ts';
import { rankDetections } from './match-detections.ts';
import { mean } from './statistics.ts';

/** A clip shows the time from 150 s to 15 s before its link was posted. */
const WINDOW_FROM_S = 150;
const WINDOW_S = 135;
const STEP_S = 15;
const BEST_PER_HOUR = 6;

/**
 * The figures of one video with posted links. The figures of a source are made from them, so that intervals can draw
 * videos again.
 */
export interface WeakJudgement {
  readonly id: string;
  /** percentile of each link's window among all windows, 0.5 = chance */
  readonly ranks: readonly number[];
  readonly hit: number;
  readonly expected: number;
}

export interface WeakFigures {
  readonly links: number;
  readonly rank: number;
  readonly hit: number;
  readonly expected: number;
  readonly lift: number;
}

export function judgeLinks(video: LabelledVideo, detections: readonly Detection[]): WeakJudgement {
  const ranked = rankDetections(video, detections);
  const best = ranked.slice(0, Math.max(1, Math.round(BEST_PER_HOUR * evaluatedHours(video))));
  const [from, to] = evaluatedSpan(video);
  const starts: number[] = [];
  for (let start = from; start + WINDOW_S <= to; start += STEP_S) starts.push(start);
  const grid = starts.map((start) => bestIn(ranked, start));
  const chance = starts.filter((start) => touches(best, start)).length / starts.length;
  const windows = (video.links ?? []).map(({ t }) => t - WINDOW_FROM_S).filter((start) => start >= from);
  return {
    id: video.id,
    ranks: windows.map((start) => percentile(bestIn(ranked, start), grid)),
    hit: windows.filter((start) => touches(best, start)).length,
    expected: windows.length * chance,
  };
}

export function weakFigures(videos: readonly WeakJudgement[]): WeakFigures {
  const ranks = videos.flatMap((video) => video.ranks);
  const hit = videos.reduce((sum, video) => sum + video.hit, 0);
  // A video whose links have no window is left out: its `expected` is NaN and would spoil the sum.
  const expected = videos.reduce((sum, video) => sum + (video.ranks.length === 0 ? 0 : video.expected), 0);
  return { links: ranks.length, rank: mean(ranks), hit, expected, lift: hit / expected };
}

function bestIn(detections: readonly Detection[], start: number): number {
  const inside = detections.filter((detection) => detection.end >= start && detection.start <= start + WINDOW_S);
  return Math.max(Number.NEGATIVE_INFINITY, ...inside.map(({ score }) => score));
}

function touches(detections: readonly Detection[], start: number): boolean {
  return bestIn(detections, start) > Number.NEGATIVE_INFINITY;
}

function percentile(value: number, grid: readonly number[]): number {
  const lower = grid.filter((other) => other < value).length;
  const equal = grid.filter((other) => other === value).length;
  return (lower + equal / 2) / grid.length;
}
