import { revocationSchema, type Revocation } from '@ovation/protocol';
import { sql } from 'kysely';
import { z } from 'zod';
import type { Database, UnitOfWork } from '../../ports/database.ts';

export async function storeRevocation(uow: UnitOfWork, { kind, id, until }: Revocation): Promise<void> {
  await sql`
    insert into revocations (kind, id, until_ms) values (${kind}, ${id}, ${until}::bigint)
    on conflict (kind, id) do update set until_ms = excluded.until_ms
  `.execute(uow.sql);
}

export async function removeRevocation(uow: UnitOfWork, { kind, id }: Pick<Revocation, 'kind' | 'id'>): Promise<void> {
  await sql`delete from revocations where kind = ${kind} and id = ${id}`.execute(uow.sql);
}

/** The revocations that have not run out. */
export async function readRevocations(database: Database, now: number): Promise<Revocation[]> {
  const { rows } = await sql`
    select kind, id, until_ms as until from revocations where until_ms is null or until_ms > ${now}::bigint
  `.execute(database.sql);
  return z.array(revocationSchema).parse(rows);
}
