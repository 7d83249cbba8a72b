import type { Retention } from '../../config/retention.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Database } from '../../ports/database.ts';
import { type OldRows, removeOldRows } from '../../remove-rows.ts';
import { listMonths } from './keep-months.ts';

const DAY_MS = 86_400_000;
const LONGEST_MONTH_DAYS = 31;

interface RemoverParts {
  readonly database: Database;
  readonly clock: Clock;
  readonly retention: Pick<Retention, 'audienceMomentDays' | 'momentDays' | 'windowDays'>;
}

/** @returns a step that removes some old rows of the first table that has any, and answers how many */
export function createRemover({ clock, database, retention }: RemoverParts): () => Promise<number> {
  return async () => {
    const now = clock.now();
    for (const old of [...tables(now, retention), ...(await monthTables(database, now, retention))]) {
      const removed = await removeOldRows(database, old);
      if (removed > 0) return removed;
    }
    return 0;
  };
}

/** Rows are removed by their place, which is one only within a table: each month by itself. */
async function monthTables(
  database: Database,
  now: number,
  { momentDays }: RemoverParts['retention'],
): Promise<OldRows[]> {
  if (!Number.isFinite(momentDays)) return [];
  const before = new Date(now - momentDays * DAY_MS);
  const newestEnd = before.getTime() + LONGEST_MONTH_DAYS * DAY_MS;
  const months = (await listMonths(database)).filter(({ end }) => end.getTime() < newestEnd);
  const names = [...months.map(({ table }) => table), 'significant_moments_rest'];
  return names.map((table) => ({ table, column: 'timestamp', before }));
}

function tables(now: number, { audienceMomentDays, windowDays }: RemoverParts['retention']): OldRows[] {
  const age = (days: number) => (Number.isFinite(days) ? new Date(now - days * DAY_MS) : undefined);
  return [
    { table: 'activity_windows', column: 'window_start', before: age(windowDays) },
    // The row of 1970 sums up all stamps of hostile age, for ever (partition-store.ts).
    { table: 'late_counts', column: 'window_start', before: age(windowDays), above: new Date(0) },
    { table: 'analyzer_gaps', column: 'noticed_at', before: age(windowDays) },
    { table: 'audience_moments', column: 'timestamp', before: age(audienceMomentDays) },
  ];
}
