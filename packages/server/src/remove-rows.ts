import { sql } from 'kysely';
import type { Database } from './ports/database.ts';

/** Rows that one statement removes: about ten milliseconds. */
const ROWS = 500;

/**
 * A statement by which old rows of one table go, the oldest first.
 * @param column has an index: without one every statement would read the whole table
 */
export interface OldRows {
  readonly table: string;
  readonly column: string;
  /** what is older goes; undefined = nothing does */
  readonly before: number | Date | undefined;
  /** what is not above this stays */
  readonly above?: number | Date;
}

/** @returns how many rows went; fewer than were old, so it is to be called again until it answers 0 */
export async function removeOldRows(database: Database, { above, before, column, table }: OldRows): Promise<number> {
  if (before === undefined) return 0;
  const by = sql.ref(column);
  const isOld = above === undefined ? sql`${by} < ${before}` : sql`${by} > ${above} and ${by} < ${before}`;
  // By place: a join of the table with itself would be planned without statistics, which nobody gathers here.
  const { numAffectedRows = 0n } = await sql`
    delete from ${sql.table(table)} where ctid = any(array(
      select ctid from ${sql.table(table)} where ${isOld} order by ${by} limit ${ROWS}::int
    ))
  `.execute(database.sql);
  return Number(numAffectedRows);
}
