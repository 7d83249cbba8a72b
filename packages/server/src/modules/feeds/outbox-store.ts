import { sql } from 'kysely';
import type { Database } from '../../ports/database.ts';
import { feedTables } from './tables.ts';

/** One row as it waits for the relay. */
export interface OutboxRow {
  readonly id: number;
  readonly topic: string;
  readonly partition: number | null;
  readonly key: string | null;
  readonly feed: string | null;
  readonly epoch: string | null;
  readonly seq: number | null;
  /** JSON text, byte for byte as it was collected */
  readonly bodyText: string;
}

/** The oldest rows. Always from the front: a cursor would pass rows whose transaction commits later (flows.md row 6). */
export async function readFront(database: Database, limit: number): Promise<OutboxRow[]> {
  return feedTables(database.sql)
    .selectFrom('outbox')
    .select(['id', 'topic', 'partition', 'key', 'feed', 'epoch', 'seq', sql<string>`body::text`.as('bodyText')])
    .orderBy('id')
    .limit(limit)
    .execute();
}

export async function deleteRows(database: Database, rows: readonly OutboxRow[]): Promise<void> {
  const ids = JSON.stringify(rows.map(({ id }) => id));
  await sql`
    delete from outbox where id in (select value::bigint from json_array_elements_text(${ids}::json))
  `.execute(database.sql);
}

/** Id of the newest row, or undefined when nothing waits. */
export async function newestId(database: Database): Promise<number | undefined> {
  const row = await feedTables(database.sql)
    .selectFrom('outbox')
    .select('id')
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row?.id;
}

export async function waitsUpTo(database: Database, id: number): Promise<boolean> {
  const row = await feedTables(database.sql)
    .selectFrom('outbox')
    .select('id')
    .where('id', '<=', id)
    .limit(1)
    .executeTakeFirst();
  return row !== undefined;
}
