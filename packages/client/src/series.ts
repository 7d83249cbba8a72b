/** Reactions per second and emote over the last five minutes, by the server's clock. */

export const SERIES_SECONDS = 300;

/** Immutable: `counts.get(key)[i]` is the number of reactions in second `end - SERIES_SECONDS + 1 + i`. */
export interface Series {
  /** unix second of the last column */
  readonly end: number;
  readonly counts: ReadonlyMap<string, Readonly<Uint32Array>>;
  /** sum over everything */
  readonly total: number;
}

export const EMPTY_SERIES: Series = { end: 0, counts: new Map(), total: 0 };

export interface SeriesBuilder {
  add(key: string, second: number, count: number): void;
  /** Moves the last column to `second`; older columns fall out. @returns whether anything visible changed */
  advance(second: number): boolean;
  /** Reactions from `second` on. */
  countSince(key: string, second: number): number;
  /** Empties the columns from `second` on: they are told again. */
  cut(second: number): void;
  clear(): void;
  read(): Series;
}

export function createSeriesBuilder(): SeriesBuilder {
  const columns = new Map<string, Uint32Array>();
  let end = 0;
  let cached: Series | undefined = EMPTY_SERIES;

  const advance = (second: number): boolean => {
    if (second <= end) return false;
    const shift = second - end;
    end = second;
    for (const [key, column] of columns) {
      if (shift < SERIES_SECONDS) column.copyWithin(0, shift);
      column.fill(0, Math.max(0, SERIES_SECONDS - shift));
      if (column.every((count) => count === 0)) columns.delete(key);
    }
    cached = undefined;
    return true;
  };

  return {
    advance,
    add(key, second, count) {
      advance(second);
      const index = SERIES_SECONDS - 1 - (end - second);
      if (index < 0 || count <= 0) return;
      let column = columns.get(key);
      if (!column) columns.set(key, (column = new Uint32Array(SERIES_SECONDS)));
      column[index] = (column[index] ?? 0) + count;
      cached = undefined;
    },
    countSince(key, second) {
      const index = Math.max(0, SERIES_SECONDS - 1 - (end - second));
      let sum = 0;
      for (const count of columns.get(key)?.subarray(index) ?? []) sum += count;
      return sum;
    },
    cut(second) {
      const index = Math.max(0, SERIES_SECONDS - 1 - (end - second));
      for (const column of columns.values()) column.fill(0, index);
      cached = undefined;
    },
    clear() {
      columns.clear();
      end = 0;
      cached = EMPTY_SERIES;
    },
    read() {
      cached ??= freeze(columns, end);
      return cached;
    },
  };
}

function freeze(columns: ReadonlyMap<string, Uint32Array>, end: number): Series {
  const counts = new Map<string, Uint32Array>();
  let total = 0;
  for (const [key, column] of columns) {
    counts.set(key, column.slice());
    for (const count of column) total += count;
  }
  return { end, counts, total };
}
