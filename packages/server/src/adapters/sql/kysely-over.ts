import {
  type CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  type Driver,
  Kysely,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  type QueryResult,
} from 'kysely';
import type { NoTables } from '../../ports/database.ts';
import { DATABASE_CODES, DatabaseError } from './failure.ts';
import { checkParameters } from './parameters.ts';
import type { Rows, Statement } from './connection.ts';

type RunStatement = (statement: Statement) => Promise<Rows>;

/** Kysely over anything that runs one statement. Statements do not wait for each other here: what runs them may do several at once. */
export function kyselyOver(run: RunStatement): Kysely<NoTables> {
  const dialect: Dialect = {
    createAdapter: () => new PostgresAdapter(),
    createDriver: () => new StatementDriver(run),
    createIntrospector: (database) => new PostgresIntrospector(database),
    createQueryCompiler: () => new PostgresQueryCompiler(),
  };
  return new Kysely<NoTables>({ dialect });
}

class StatementDriver implements Driver {
  readonly #connection: StatementConnection;

  constructor(run: RunStatement) {
    this.#connection = new StatementConnection(run);
  }

  async init(): Promise<void> {}

  acquireConnection(): Promise<DatabaseConnection> {
    return Promise.resolve(this.#connection);
  }

  beginTransaction(): Promise<never> {
    const message = 'Transactions are opened by database.unitOfWork only, and do not nest';
    return Promise.reject(new DatabaseError({ code: DATABASE_CODES.misuse, message }));
  }

  // There is none to end, but Kysely rolls back one that did not begin.
  async commitTransaction(): Promise<void> {}
  async rollbackTransaction(): Promise<void> {}
  async releaseConnection(): Promise<void> {}
  // Closing is the business of the database that owns the connection.
  async destroy(): Promise<void> {}
}

class StatementConnection implements DatabaseConnection {
  readonly #run: RunStatement;

  constructor(run: RunStatement) {
    this.#run = run;
  }

  async executeQuery<R>({ parameters, sql }: CompiledQuery): Promise<QueryResult<R>> {
    checkParameters(parameters);
    const { affectedRows, rows } = await this.#run({ sql, params: parameters });
    return {
      // R is what the caller of Kysely declared its columns to be.
      rows: rows as R[],
      ...(affectedRows !== undefined && { numAffectedRows: BigInt(affectedRows) }),
    };
  }

  // oxlint-disable-next-line require-yield -- the interface asks for a generator
  async *streamQuery(): AsyncIterableIterator<never> {
    throw new DatabaseError({ code: DATABASE_CODES.misuse, message: 'Rows are read at once, not as a stream' });
  }
}
