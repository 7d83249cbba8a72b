import type { SqlConnection } from '../sql/connection.ts';
import { LOCKS } from '../sql/locks.ts';

/**
 * Text of ours is compared by code point, whatever the locale of the database is: lists then have one order everywhere, and
 * no index breaks when the system brings another version of a locale. Nothing to do where the database has no locale.
 * Partitions follow their table.
 */
const TEXTS = `
select pg_advisory_xact_lock(${LOCKS.start});
do $$
declare
  v_column record;
begin
  for v_column in
    select c.oid::regclass as owner, a.attname as name, format_type(a.atttypid, a.atttypmod) as type
    from pg_attribute a
      join pg_class c on c.oid = a.attrelid and c.relkind in ('r', 'p') and not c.relispartition
      join pg_namespace n on n.oid = c.relnamespace and n.nspname = current_schema()
      join pg_collation l on l.oid = a.attcollation and l.collname = 'default'
      join pg_database d on d.datname = current_database()
    where a.attnum > 0 and not a.attisdropped
      and not (d.datlocprovider = 'c' and d.datcollate in ('C', 'POSIX'))
    order by 1, 2
  loop
    execute format('alter table %s alter column %I type %s collate "C"', v_column.owner, v_column.name, v_column.type);
  end loop;
end $$`;

/** Runs at every start: a migration may have brought new columns. Without any it only reads the catalogue. */
export async function orderByCodePoint(connection: SqlConnection): Promise<void> {
  await connection.script(TEXTS);
}
