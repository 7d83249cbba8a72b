import { SERIES_SECONDS, type Series } from '@ovation/client';

/** The series cut for drawing: one bar per bin, one layer per slot, and what has no slot on top. */
export interface Stacks {
  readonly binSeconds: number;
  /** unix second in which each bin begins, oldest first */
  readonly starts: readonly number[];
  /** `layers[s][b]`: reactions of slot s in bin b; the last layer is everything without a slot */
  readonly layers: readonly (readonly number[])[];
  /** reactions of all layers per bin */
  readonly totals: readonly number[];
}

// oxlint-disable-next-line no-magic-numbers -- a list with a name
const BIN_CHOICES = [1, 2, 5, 10] as const;

/** The finest bin whose bars are at least `barPx` wide when five minutes fill `widthPx`. */
export function chooseBin(widthPx: number, barPx: number): number {
  return BIN_CHOICES.find((bin) => (widthPx * bin) / SERIES_SECONDS >= barPx) ?? 10;
}

/** Bins begin at whole multiples of their length, so a bar keeps its content while it moves left. */
export function stackSeries(series: Series, slots: readonly string[], binSeconds: number): Stacks {
  const first = series.end - SERIES_SECONDS + 1;
  const firstBin = Math.floor(first / binSeconds);
  const binCount = Math.floor(series.end / binSeconds) - firstBin + 1;
  const layers = Array.from({ length: slots.length + 1 }, () => Array.from({ length: binCount }, () => 0));
  const totals = Array.from({ length: binCount }, () => 0);
  for (const [key, column] of series.counts) {
    const slot = slots.indexOf(key);
    const layer = layers[slot < 0 ? slots.length : slot];
    column.forEach((count, index) => {
      const bin = Math.floor((first + index) / binSeconds) - firstBin;
      if (layer) layer[bin] = (layer[bin] ?? 0) + count;
      totals[bin] = (totals[bin] ?? 0) + count;
    });
  }
  const starts = Array.from({ length: binCount }, (_, bin) => (firstBin + bin) * binSeconds);
  return { binSeconds, starts, layers, totals };
}

/** Reactions per emote key over the last `seconds` seconds that are over, most first. */
export function recentCounts(series: Series, seconds: number): [key: string, count: number][] {
  const counts = [...series.counts].map(([key, column]): [string, number] => [
    key,
    column.slice(-seconds - 1, -1).reduce((sum, count) => sum + count, 0),
  ]);
  return counts.filter(([, count]) => count > 0).toSorted(([, one], [, other]) => other - one);
}
