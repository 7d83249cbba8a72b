import type { PGlite } from '@electric-sql/pglite';
import type { Rows, Statement } from '../../sql/connection.ts';

export async function runStatement(pglite: PGlite, statement: Statement): Promise<Rows> {
  const result = await pglite.query<Record<string, unknown>>(statement.sql, [...statement.params]);
  return {
    rows: result.rows,
    fields: result.fields,
    ...(result.affectedRows === undefined ? {} : { affectedRows: result.affectedRows }),
  };
}
