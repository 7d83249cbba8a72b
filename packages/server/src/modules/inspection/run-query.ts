import { sql } from 'kysely';
import { z } from 'zod';
import type { Database } from '../../ports/database.ts';
import { queryProblem, refuseToChange } from './query-problem.ts';

const ROWS_MAX = 1_000;

export const queryAnswer = z.object({
  columns: z.array(z.string()),
  rows: z.array(z.record(z.string(), z.unknown())),
  truncated: z.boolean().describe('there are more rows than these'),
});
type QueryAnswer = z.output<typeof queryAnswer>;

/**
 * One reading statement (select, values, with) in a read-only transaction. It stands inside a select of our own, which
 * has a parameter: the parameter makes the server prepare it, and what is prepared can be one statement only.
 * @throws HttpProblem 400 with a sentence for a person
 */
export async function runQuery(database: Database, text: string): Promise<QueryAnswer> {
  refuseToChange(text);
  // The line break ends a trailing comment; the semicolon is habit.
  const query = sql.raw(text.replace(/[;\s]+$/, ''));
  const rows = await database
    .unitOfWork(async (uow) => {
      await sql`set transaction read only`.execute(uow.sql);
      await sql`set local statement_timeout = '10s'`.execute(uow.sql);
      const answer = await sql<Record<string, unknown>>`select * from (${query}
) as answer limit ${ROWS_MAX + 1}::int`.execute(uow.sql);
      return answer.rows;
    })
    .catch((error: unknown) => {
      throw queryProblem(error);
    });
  return {
    columns: Object.keys(rows[0] ?? {}),
    rows: rows.slice(0, ROWS_MAX),
    truncated: rows.length > ROWS_MAX,
  };
}

/** JSON as far as it reaches: integers beyond it as text, bytes as PostgreSQL writes them. */
export function queryJson(answer: QueryAnswer): string {
  return JSON.stringify(answer, (_key, value: unknown) => {
    if (typeof value === 'bigint') return value.toString();
    return value instanceof Uint8Array ? `\\x${Buffer.from(value).toString('hex')}` : value;
  });
}
