import { drawInterval } from './draw-interval.ts';
import { judgeVideo, type VideoJudgement } from './judge-video.ts';
import type { DetectionsById, LabelledSource } from './labels.ts';
import { type SourceFigures, sourceFigures } from './source-figures.ts';
import { mean } from './statistics.ts';
import { judgeLinks, type WeakFigures, weakFigures, type WeakJudgement } from './weak-figures.ts';

export type Interval90 = readonly [low: number, high: number];

export type SourceEvaluation =
  | {
      readonly kind: 'intervals';
      readonly source: string;
      readonly figures: SourceFigures;
      /** 90 % interval of H over videos drawn again; both ends NaN for fewer than two videos */
      readonly interval: Interval90;
      readonly videos: readonly VideoJudgement[];
    }
  | {
      readonly kind: 'weak';
      readonly source: string;
      readonly figures: WeakFigures;
      /** 90 % interval of the rank */
      readonly interval: Interval90;
      readonly videos: readonly WeakJudgement[];
    };

/** Means over the real sources with intervals. */
export type Headline = Pick<SourceFigures, 'H' | 'mAP' | 'RP' | 'F1op' | 'F1best' | 'mAP30'>;

export interface Evaluation {
  readonly sources: readonly SourceEvaluation[];
  readonly realSources: number;
  readonly headline: Headline;
  /** 90 % interval of H: videos are drawn again within each source */
  readonly interval: Interval90;
}

const HEADLINE_KEYS = ['H', 'mAP', 'RP', 'F1op', 'F1best', 'mAP30'] as const;

/**
 * The figures of a detector on labelled chats (docs/detection.md, "How it is scored"). Pure; the intervals
 * are drawn with a fixed seed. A video that the detections do not name has none. Sources of one name are pooled.
 */
export function evaluateDetections(labels: readonly LabelledSource[], detections: DetectionsById): Evaluation {
  const sources = poolSources(labels).map((source) => evaluateSource(source, detections));
  const real = realOf(sources);
  const headlineOf = (figures: readonly SourceFigures[]) =>
    Object.fromEntries(HEADLINE_KEYS.map((key) => [key, mean(figures.map((each) => each[key]))]));
  return {
    sources,
    realSources: real.length,
    // fromEntries loses the keys; they are the ones of HEADLINE_KEYS
    headline: headlineOf(real.map(({ figures }) => figures)) as unknown as Headline,
    interval: drawInterval(
      real.map(({ videos }) => videos),
      (drawn) => mean(drawn.map((videos) => sourceFigures(videos).H)),
    ),
  };
}

/**
 * 90 % interval of H of one detector minus H of another, over the same videos drawn again (paired).
 * @throws RangeError when the two were not evaluated on the same videos
 */
export function compareEvaluations(one: Evaluation, other: Evaluation): { difference: number; interval: Interval90 } {
  const others = realOf(other.sources);
  const pairs = realOf(one.sources).map(({ source, videos }, index) => {
    const matching = others[index];
    return videos.map((video, place) => {
      const pair = matching?.videos[place];
      if (pair?.id !== video.id) throw new RangeError(`${source}: ${video.id} was not evaluated by both`);
      return [video, pair] as const;
    });
  });
  const difference = (drawn: readonly (readonly (readonly [VideoJudgement, VideoJudgement])[])[]) =>
    mean(
      drawn.map(
        (videos) =>
          sourceFigures(videos.map(([first]) => first)).H - sourceFigures(videos.map(([, second]) => second)).H,
      ),
    );
  return { difference: difference(pairs), interval: drawInterval(pairs, difference) };
}

function evaluateSource(source: LabelledSource, detections: DetectionsById): SourceEvaluation {
  if (source.kind === 'weak-links') {
    const videos = source.videos.map((video) => judgeLinks(video, detections[video.id] ?? []));
    const interval = drawInterval([videos], ([drawn = []]) => weakFigures(drawn).rank);
    return { kind: 'weak', source: source.source, figures: weakFigures(videos), interval, videos };
  }
  const videos = source.videos.map((video) => judgeVideo(video, detections[video.id] ?? []));
  const interval = drawInterval([videos], ([drawn = []]) => sourceFigures(drawn).H);
  return { kind: 'intervals', source: source.source, figures: sourceFigures(videos), interval, videos };
}

function poolSources(labels: readonly LabelledSource[]): LabelledSource[] {
  const pooled = new Map<string, LabelledSource>();
  for (const source of labels) {
    const known = pooled.get(source.source);
    pooled.set(source.source, known ? { ...known, videos: [...known.videos, ...source.videos] } : source);
  }
  return [...pooled.values()];
}

function realOf(sources: readonly SourceEvaluation[]) {
  return sources.filter((source) => source.kind === 'intervals').filter(({ source }) => !source.startsWith('sim'));
}
