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

/** Reactions per emote key: in the whole series, and since the running minute began. */
export interface Tally {
  readonly fiveMinutes: ReadonlyMap<string, number>;
  readonly thisMinute: ReadonlyMap<string, number>;
}

export function tallySeries(series: Series): Tally {
  const secondsIntoMinute = (series.end % 60) + 1;
  const fiveMinutes = new Map<string, number>();
  const thisMinute = new Map<string, number>();
  for (const [key, column] of series.counts) {
    fiveMinutes.set(key, sum(column, 0));
    thisMinute.set(key, sum(column, SERIES_SECONDS - secondsIntoMinute));
  }
  return { fiveMinutes, thisMinute };
}

/** Mean reactions per second over the last `seconds` seconds that are over. */
export function recentRate(series: Series, seconds: number): number {
  let count = 0;
  for (const column of series.counts.values()) {
    for (let back = 2; back < seconds + 2; back += 1) count += column.at(-back) ?? 0;
  }
  return count / seconds;
}

function sum(column: Readonly<Uint32Array>, from: number): number {
  let total = 0;
  for (let index = from; index < column.length; index += 1) total += column[index] ?? 0;
  return total;
}
