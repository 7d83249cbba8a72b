import type { PoolClient, QueryConfig } from 'pg';
import type { Rows, Statement } from '../sql/connection.ts';

/** What the driver knows and its types do not. */
interface DriverQuery extends QueryConfig {
  /** `extended` = prepared, also without parameters */
  readonly queryMode?: 'extended';
  readonly query_timeout?: number;
}

const CHANGES: ReadonlySet<string> = new Set(['INSERT', 'UPDATE', 'DELETE', 'MERGE']);

/**
 * One statement. Unnamed, because a named one would be prepared in another session behind pgbouncer; prepared all the same,
 * so that a text can be one statement only, as over the embedded database.
 */
export async function runStatement(client: PoolClient, { sql, params }: Statement): Promise<Rows> {
  const query: DriverQuery = { text: sql, values: [...params], queryMode: 'extended' };
  const { command, fields, rowCount, rows } = await client.query<Record<string, unknown>>(query);
  return {
    rows,
    fields: fields.map(({ name, dataTypeID }) => ({ name, dataTypeID })),
    // Reading counts its rows, too.
    affectedRows: CHANGES.has(command) ? (rowCount ?? 0) : 0,
  };
}

/** Several statements in one message, which are one transaction. @param timeoutMs instead of that of the pool */
export async function runScript(client: PoolClient, text: string, timeoutMs: number): Promise<void> {
  const query: DriverQuery = { text, query_timeout: timeoutMs };
  await client.query(query);
}
