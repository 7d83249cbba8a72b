import { Kysely, PGliteDialect } from 'kysely';
import type { NoTables } from '../../ports/database.ts';
import { DATABASE_CODES, DatabaseError } from './failure.ts';
import { checkParameters } from './parameters.ts';
import type { Rows, Statement } from './connection.ts';

/** Kysely over anything that runs one statement; its PGlite dialect asks for no more than this shape. */
export function kyselyOver(run: (statement: Statement) => Promise<Rows>): Kysely<NoTables> {
  const pglite = {
    ready: true,
    closed: false,
    waitReady: Promise.resolve(),
    // Closing is the business of the database that owns the connection.
    close: () => Promise.resolve(),
    query: async <R>(sql: string, params: readonly unknown[] = []) => {
      checkParameters(params);
      const { rows, ...rest } = await run({ sql, params });
      // R is what the caller of Kysely declared its columns to be.
      return { ...rest, rows: rows as R[] };
    },
    /** Throws at once: Kysely's driver would wait for ever for the callback of a rejected promise. */
    transaction: (): never => {
      const message = 'Transactions are opened by database.unitOfWork only, and do not nest';
      throw new DatabaseError({ code: DATABASE_CODES.misuse, message });
    },
  };
  return new Kysely<NoTables>({ dialect: new PGliteDialect({ pglite }) });
}
