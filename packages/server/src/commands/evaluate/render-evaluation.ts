import type { Evaluation, Interval90, SourceEvaluation } from '@ovation/moments';
import { renderTable } from '../terminal/table.ts';

type WithIntervals = Extract<SourceEvaluation, { kind: 'intervals' }>;
type Weak = Extract<SourceEvaluation, { kind: 'weak' }>;

const COLUMNS = 'source,labels,det/h,H,90 %,mAP,RP,P@5,P,R,F1op,F1*,AP.3,lead,cover,wait,dist'.split(',');
const WEAK_COLUMNS = ['source', 'links', 'rank', '90 %', 'hit', 'chance', 'lift'];

/** The tables for people, with a line break at the end. */
export function renderEvaluation(evaluation: Evaluation, { perVideo }: { perVideo: boolean }): string {
  const parts: string[] = [];
  const labelled = evaluation.sources.filter((source) => source.kind === 'intervals');
  const weak = evaluation.sources.filter((source) => source.kind === 'weak');
  if (perVideo) parts.push(videoTable(labelled));
  if (labelled.length > 0) parts.push(renderTable(COLUMNS, labelled.map(sourceRow), COLUMNS.slice(1)));
  if (weak.length > 0) parts.push(renderTable(WEAK_COLUMNS, weak.map(weakRow), WEAK_COLUMNS.slice(1)));
  if (evaluation.realSources > 0) parts.push(headlineOf(evaluation));
  return `${parts.join('\n\n')}\n`;
}

function headlineOf({ realSources, headline, interval }: Evaluation): string {
  const { H, mAP, RP, F1op, F1best, mAP30 } = headline;
  const figures = `mAP ${three(mAP)}  RP ${three(RP)}  F1op ${three(F1op)}  F1* ${three(F1best)}  AP.3 ${three(mAP30)}`;
  const sources = realSources === 1 ? 'the real source' : `mean of ${realSources} real sources`;
  return `HEADLINE (${sources})  H ${three(H)} [${range(interval)}]  ${figures}`;
}

function sourceRow({ source, figures, interval }: WithIntervals): string[] {
  const { labels, detectionsPerHour, H, mAP, RP, P5, P, R, F1op, F1best, mAP30, lead, cover, wait } = figures;
  return [
    source,
    String(labels),
    fixed(detectionsPerHour, 1),
    three(H),
    range(interval),
    ...[mAP, RP, P5, P, R, F1op, F1best, mAP30].map(three),
    fixed(lead, 0),
    fixed(cover, 2),
    fixed(wait, 0),
    fixed(figures.distracted, 2),
  ];
}

function weakRow({ source, figures, interval }: Weak): string[] {
  const { links, rank, hit, expected, lift } = figures;
  return [source, String(links), three(rank), range(interval), String(hit), fixed(expected, 1), fixed(lift, 2)];
}

function videoTable(sources: readonly WithIntervals[]): string {
  const columns = ['video', 'labels', 'detections', 'hits', 'AP', 'AP.3'];
  const rows = sources.flatMap(({ videos }) =>
    videos.map(({ id, labels, detections, hits, ap, apCut }) => [
      id,
      String(labels),
      String(detections),
      String(hits),
      three(ap),
      three(apCut),
    ]),
  );
  return renderTable(columns, rows, columns.slice(1));
}

function range([low, high]: Interval90): string {
  return Number.isFinite(low) ? `${fixed(low, 2)}-${fixed(high, 2)}` : '-';
}

function three(value: number): string {
  return fixed(value, 3);
}

function fixed(value: number, digits: number): string {
  return Number.isFinite(value) ? value.toFixed(digits) : '-';
}
