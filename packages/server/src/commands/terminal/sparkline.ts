import { padColumns } from './width.ts';

const STEPS = '▁▂▃▄▅▆▇█';
const MARK = '▲';

export interface SparklineInput {
  /** what is drawn: ms and how much happened then */
  readonly values: Iterable<readonly [atMs: number, count: number]>;
  readonly fromMs: number;
  readonly toMs: number;
  /** ms of what is marked below */
  readonly marks: readonly number[];
  readonly columns: number;
}

export interface Sparkline {
  /** one character for each part of the time; a space where nothing happened */
  readonly line: string;
  /** "" without marks */
  readonly marks: string;
  readonly bucketMs: number;
  /** count in the busiest bucket */
  readonly highest: number;
}

/** Counts over time as one line of blocks; the highest bucket is a full block. */
export function drawSparkline({ values, fromMs, toMs, marks, columns }: SparklineInput): Sparkline {
  const bucketMs = Math.max(1_000, Math.ceil((toMs - fromMs + 1) / columns / 1_000) * 1_000);
  const length = Math.min(columns, Math.floor((toMs - fromMs) / bucketMs) + 1);
  const bucketOf = (at: number) => Math.min(length - 1, Math.max(0, Math.floor((at - fromMs) / bucketMs)));
  const counts = Array.from({ length }, () => 0);
  for (const [at, count] of values) counts[bucketOf(at)] = (counts[bucketOf(at)] ?? 0) + count;
  const highest = counts.reduce((most, count) => Math.max(most, count), 0);
  const marked = new Set(marks.map(bucketOf));
  return {
    line: counts.map((count) => block(count, highest)).join(''),
    marks: counts
      .map((_, index) => (marked.has(index) ? MARK : ' '))
      .join('')
      .trimEnd(),
    bucketMs,
    highest,
  };
}

/** A line with one text at its beginning and one at its end. */
export function drawAxis(from: string, to: string, columns: number): string {
  return `${padColumns(from, Math.max(from.length + 1, columns - to.length))}${to}`;
}

function block(count: number, highest: number): string {
  if (count === 0) return ' ';
  return STEPS[Math.min(STEPS.length - 1, Math.floor((count / highest) * STEPS.length))] ?? ' ';
}
