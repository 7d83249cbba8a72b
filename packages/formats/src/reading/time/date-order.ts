import type { LoggedTime, NumericDate } from './time-kinds.ts';
import { DAY_MS } from './units.ts';

/** The days of one broadcast follow each other; with day and month changed over, they are a month apart. */
const NEAR_MS = 2 * DAY_MS;
const FAR_MS = 1_728_000_000;
const MONTHS = 12;

/** Which number of a date is the day. */
export class DateOrder {
  readonly isDayFirst: boolean;
  /** false while the file has shown no date that only one order can read */
  readonly isProven: boolean;
  /** for the report */
  readonly why: string;

  constructor(isDayFirst: boolean, isProven: boolean, why: string) {
    this.isDayFirst = isDayFirst;
    this.isProven = isProven;
    this.why = why;
  }

  get words(): string {
    return this.isDayFirst ? 'the day first' : 'the month first';
  }

  read({ dayFirst, monthFirst }: NumericDate): number | undefined {
    return this.isDayFirst ? dayFirst : monthFirst;
  }
}

/** The order that the first dates of a file prove, or else the usual one. */
export function dateOrderOf(times: readonly LoggedTime[]): DateOrder {
  const dates = times.filter((time) => time.kind === 'numeric');
  if (dates.some(({ monthFirst }) => monthFirst === undefined)) {
    return new DateOrder(true, true, 'because no month has such a number');
  }
  if (dates.some(({ dayFirst }) => dayFirst === undefined)) {
    return new DateOrder(false, true, 'because no month has such a number');
  }
  const [asDays, asMonths] = [spanOf(dates, true), spanOf(dates, false)];
  if (asDays < NEAR_MS && asMonths > FAR_MS) return new DateOrder(true, true, 'because the days follow each other');
  if (asMonths < NEAR_MS && asDays > FAR_MS) return new DateOrder(false, true, 'because the days follow each other');
  const isHalfDay = dates.some((date) => date.isHalfDay);
  return new DateOrder(
    !isHalfDay,
    false,
    `which the file does not prove, as usual ${isHalfDay ? 'with' : 'without'} am and pm`,
  );
}

function spanOf(dates: readonly NumericDate[], isDayFirst: boolean): number {
  let [first, last] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const { dayFirst = 0, monthFirst = 0 } of dates) {
    first = Math.min(first, isDayFirst ? dayFirst : monthFirst);
    last = Math.max(last, isDayFirst ? dayFirst : monthFirst);
  }
  return last - first;
}

/**
 * The other order, when under it the day of `time` follows the newest one and under the present one it does not.
 * @param newest the newest time so far, as the present order reads it
 */
export function orderBySteps(
  order: DateOrder,
  time: NumericDate,
  newest: number | undefined,
): { order: DateOrder; newest: number; addedMs: number } | undefined {
  if (newest === undefined) return undefined;
  const swapped = swapDate(newest);
  const other = new DateOrder(!order.isDayFirst, true, 'because the days follow each other');
  const read = other.read(time);
  if (swapped === undefined || read === undefined || Math.abs(read - swapped) >= NEAR_MS) return undefined;
  return { order: other, newest: swapped, addedMs: newest - swapped };
}

/** The same time on the date with day and month changed over. */
function swapDate(at: number): number | undefined {
  const date = new Date(at);
  if (date.getUTCDate() > MONTHS) return undefined;
  return Date.UTC(date.getUTCFullYear(), date.getUTCDate() - 1, date.getUTCMonth() + 1) + (at % DAY_MS);
}
