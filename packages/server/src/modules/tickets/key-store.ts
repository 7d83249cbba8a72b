import { sql } from 'kysely';
import type { Database } from '../../ports/database.ts';

export interface StoredKey {
  readonly id: number;
  /** base64url */
  readonly secret: string;
  /** by the database's clock */
  readonly ageMs: number;
}

export async function readKeys(database: Database): Promise<StoredKey[]> {
  const { rows } = await sql<StoredKey>`
    select id, secret, (extract(epoch from clock_timestamp() - made_at) * 1000)::float8 as "ageMs"
    from ticket_keys order by id
  `.execute(database.sql);
  return rows;
}

/** Adds a key, unless there is one that is younger than `leastAgeMs`: many gateways that start at once add one. */
export async function addKey(database: Database, secret: string, leastAgeMs: number): Promise<boolean> {
  return database.unitOfWork(async (uow) => {
    await sql`lock table ticket_keys in exclusive mode`.execute(uow.sql);
    const { rows } = await sql`
      insert into ticket_keys (secret) select ${secret} where not exists (
        select 1 from ticket_keys where made_at > clock_timestamp() - ${leastAgeMs}::int8 * interval '1 millisecond')
      returning id
    `.execute(uow.sql);
    return rows.length > 0;
  });
}

/** Removes the keys that were replaced so long ago. */
export async function removeKeys(database: Database, replacedMs: number): Promise<void> {
  await sql`
    delete from ticket_keys old where exists (
      select 1 from ticket_keys next where next.id > old.id
        and next.made_at < clock_timestamp() - ${replacedMs}::int8 * interval '1 millisecond')
  `.execute(database.sql);
}
