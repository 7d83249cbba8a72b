import { utcOfIso } from '../utc.ts';
import { textOf } from '../records/json-fields.ts';
import { valueAt } from './field-paths.ts';
import type { FieldTime, TimeField } from './time-field.ts';

const NAMES = ['date', 'day'];
const DAY = /^\d{4}-\d{2}-\d{2}$/u;

/**
 * Reads a time of day with the day in a field beside it (`{"date": "2024-05-01", "time": "18:00:05"}`), which counts as UTC.
 * @returns undefined when there are no days, or when all are the same beside what may be stream time
 */
export function daysOf(
  time: TimeField,
  samples: readonly unknown[],
): ((item: unknown, read: FieldTime) => FieldTime | undefined) | undefined {
  for (const name of NAMES) {
    const path = [...time.path.slice(0, -1), name];
    const days = samples.map((item) => textOf(valueAt(item, path)) ?? '');
    const isOfDays = days.length > 0 && days.every((day) => DAY.test(day));
    if (isOfDays && (time.isOfDay || new Set(days).size > 1)) {
      return (item, read) => {
        const midnight = utcOfIso(`${textOf(valueAt(item, path)) ?? ''}T00:00:00Z`);
        return midnight === undefined || 'at' in read ? undefined : { at: midnight + read.offsetMs };
      };
    }
  }
  return undefined;
}
