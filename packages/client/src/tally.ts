import { SERIES_SECONDS, type Series } from './series.ts';

/** What a series comes to, by emote key. */
export interface Tally {
  /** reactions of the last five minutes */
  readonly total: number;
  readonly fiveMinutes: ReadonlyMap<string, number>;
  /** since the running minute began, by the server's clock */
  readonly thisMinute: ReadonlyMap<string, number>;
  /** reactions per second, the mean of the last five seconds that are over */
  readonly rate: number;
}

const RATE_SECONDS = 5;

export function tallyOf(series: Series): Tally {
  const secondsIntoMinute = (series.end % 60) + 1;
  const fiveMinutes = new Map<string, number>();
  const thisMinute = new Map<string, number>();
  let recent = 0;
  for (const [key, column] of series.counts) {
    fiveMinutes.set(key, sum(column, 0));
    thisMinute.set(key, sum(column, SERIES_SECONDS - secondsIntoMinute));
    // The last second is not over.
    recent += sum(column, SERIES_SECONDS - 1 - RATE_SECONDS) - sum(column, SERIES_SECONDS - 1);
  }
  return { total: series.total, fiveMinutes, thisMinute, rate: recent / RATE_SECONDS };
}

export function isSameTally(one: Tally, other: Tally): boolean {
  return (
    one.total === other.total &&
    one.rate === other.rate &&
    isSameCount(one.fiveMinutes, other.fiveMinutes) &&
    isSameCount(one.thisMinute, other.thisMinute)
  );
}

function isSameCount(one: ReadonlyMap<string, number>, other: ReadonlyMap<string, number>): boolean {
  return one.size === other.size && [...one].every(([key, count]) => other.get(key) === count);
}

function sum(column: Readonly<Uint32Array>, from: number): number {
  let total = 0;
  for (let index = from; index < column.length; index += 1) total += column[index] ?? 0;
  return total;
}
