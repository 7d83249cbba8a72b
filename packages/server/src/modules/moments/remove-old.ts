import type { Retention } from '../../config/retention.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Database } from '../../ports/database.ts';
import { type OldRows, removeOldRows } from '../../remove-rows.ts';

const DAY_MS = 86_400_000;

interface RemoverParts {
  readonly database: Database;
  readonly clock: Clock;
  readonly retention: Pick<Retention, 'audienceMomentDays' | 'momentDays' | 'windowDays'>;
}

/** @returns a step that removes some old rows of the first table that has any, and answers how many */
export function createRemover({ clock, database, retention }: RemoverParts): () => Promise<number> {
  return async () => {
    for (const old of tables(clock.now(), retention)) {
      const removed = await removeOldRows(database, old);
      if (removed > 0) return removed;
    }
    return 0;
  };
}

function tables(now: number, { audienceMomentDays, momentDays, windowDays }: RemoverParts['retention']): OldRows[] {
  const age = (days: number) => (Number.isFinite(days) ? new Date(now - days * DAY_MS) : undefined);
  return [
    { table: 'activity_windows', column: 'window_start', before: age(windowDays) },
    // The row of 1970 sums up all stamps of hostile age, for ever (partition-store.ts).
    { table: 'late_counts', column: 'window_start', before: age(windowDays), above: new Date(0) },
    { table: 'analyzer_gaps', column: 'noticed_at', before: age(windowDays) },
    { table: 'significant_moments', column: 'timestamp', before: age(momentDays) },
    { table: 'audience_moments', column: 'timestamp', before: age(audienceMomentDays) },
  ];
}
