import type { Pool, PoolClient } from 'pg';
import type { Rows, SqlConnection, SqlTransaction, Statement } from '../sql/connection.ts';
import { DATABASE_CODES, DatabaseError } from '../sql/failure.ts';
import { databaseError, endsConnection } from './driver-failure.ts';
import { PoolTransaction, type TransactionLimits } from './pool-transaction.ts';
import { runScript, runStatement } from './run-statement.ts';

/** A migration may rewrite a large table; waiting for the one of another process takes as long. */
const SCRIPT_MS = 1_800_000;

/** The connection of the SQL half over a pool: each statement and each transaction has a client for itself. */
export class PoolConnection implements SqlConnection {
  readonly #pool: Pool;
  readonly #limits: TransactionLimits;

  constructor(pool: Pool, limits: TransactionLimits) {
    this.#pool = pool;
    this.#limits = limits;
  }

  query(statement: Statement): Promise<Rows> {
    return this.#use((client) => runStatement(client, statement));
  }

  script(sql: string): Promise<void> {
    return this.#use((client) => runScript(client, `set local statement_timeout = 0;\n${sql}`, SCRIPT_MS));
  }

  begin(): SqlTransaction {
    return new PoolTransaction(() => this.#take(), this.#limits);
  }

  /** The server has done that before it answered a COMMIT. */
  flush(): Promise<void> {
    return Promise.resolve();
  }

  async #use<T>(work: (client: PoolClient) => Promise<T>): Promise<T> {
    const client = await this.#take();
    try {
      const answer = await work(client);
      client.release();
      return answer;
    } catch (error) {
      client.release(endsConnection(error));
      throw databaseError(error);
    }
  }

  async #take(): Promise<PoolClient> {
    if (this.#pool.ending) {
      throw new DatabaseError({ code: DATABASE_CODES.stopped, message: 'The database was closed' });
    }
    try {
      return await this.#pool.connect();
    } catch (error) {
      throw databaseError(error);
    }
  }
}
