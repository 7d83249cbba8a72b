import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { sql } from 'kysely';
import type { Database } from '../../ports/database.ts';

/** What the data folder holds. The event log's file never shrinks; what retention frees is used again. */
const FOLDERS = { database: 'db', log: 'log', dumps: 'dumps' } as const;
const APP_LOG = 'app.log';

type Store = keyof typeof FOLDERS | 'app_log';

/** Bytes of each store. One that is missing has none. */
export async function storeBytes(dataDir: string): Promise<Record<Store, number>> {
  const [database, log, dumps] = await Promise.all(
    [FOLDERS.database, FOLDERS.log, FOLDERS.dumps].map((name) => folderBytes(path.join(dataDir, name))),
  );
  const names = await readdir(dataDir).catch(() => []);
  const logs = names.filter((name) => name.startsWith(APP_LOG)).map((name) => fileBytes(path.join(dataDir, name)));
  return { database: database ?? 0, log: log ?? 0, dumps: dumps ?? 0, app_log: sum(await Promise.all(logs)) };
}

export interface TableSize {
  readonly table: string;
  /** with its indexes and what lies beside it */
  readonly bytes: number;
  readonly dead: number;
}

/** The largest first; a table in parts is one. Dead rows are those that PostgreSQL has noted, at most a second behind. */
export async function tableSizes(database: Database): Promise<TableSize[]> {
  const { rows } = await sql<TableSize>`
    select coalesce(p.relname, c.relname) as table, sum(pg_total_relation_size(c.oid))::float8 as bytes,
      sum(pg_stat_get_dead_tuples(c.oid) + coalesce(pg_stat_get_dead_tuples(nullif(c.reltoastrelid, 0)), 0))::float8 as dead
    from pg_class c left join pg_inherits i on i.inhrelid = c.oid left join pg_class p on p.oid = i.inhparent
    where c.relkind = 'r' and c.relnamespace = 'public'::regnamespace group by 1 order by 2 desc, 1
  `.execute(database.sql);
  return rows;
}

async function folderBytes(folder: string): Promise<number> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  const files = entries.filter((entry) => entry.isFile());
  return sum(await Promise.all(files.map(({ name, parentPath }) => fileBytes(path.join(parentPath, name)))));
}

/** A file may go while it is looked for. */
async function fileBytes(file: string): Promise<number> {
  return stat(file).then(
    ({ size }) => size,
    () => 0,
  );
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((all, one) => all + one, 0);
}
