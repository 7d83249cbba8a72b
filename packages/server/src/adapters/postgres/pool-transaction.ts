import type { PoolClient } from 'pg';
import type { Rows, SqlTransaction, Statement } from '../sql/connection.ts';
import { codeOf, DATABASE_CODES, DatabaseError, stoodIdle } from '../sql/failure.ts';
import { databaseError, endsConnection } from './driver-failure.ts';
import { runStatement } from './run-statement.ts';

export interface TransactionLimits {
  /** how long a transaction may wait for something other than the database */
  readonly idleMs: number;
  /** how long one statement of it may take */
  readonly statementMs: number;
}

/** One transaction on a client of its own, from BEGIN until the client goes back to the pool. */
export class PoolTransaction implements SqlTransaction {
  readonly ended: Promise<never>;
  readonly #limits: TransactionLimits;
  readonly #client: Promise<PoolClient>;
  readonly #end: (reason: DatabaseError) => void;
  /** why the database ended it by itself */
  #reason: DatabaseError | undefined;
  #isBroken = false;
  /** COMMIT was answered, with COMMIT or ROLLBACK */
  #isOver = false;
  #givingBack: Promise<void> | undefined;

  constructor(take: () => Promise<PoolClient>, limits: TransactionLimits) {
    this.#limits = limits;
    const { promise, reject } = Promise.withResolvers<never>();
    promise.catch(() => {});
    this.ended = promise;
    this.#end = reject;
    this.#client = this.#begin(take);
    // Every step that follows meets the same rejection.
    this.#client.catch(() => {});
  }

  async query(statement: Statement): Promise<Rows> {
    const client = await this.#client;
    return this.#step(() => runStatement(client, statement));
  }

  async commit(last: Statement | undefined): Promise<Rows | null> {
    try {
      const rows = last ? await this.query(last) : null;
      const client = await this.#client;
      const { command } = await this.#step(() => client.query('commit'));
      this.#isOver = true;
      if (command === 'ROLLBACK') throw failed();
      await this.#giveBack();
      return rows;
    } catch (error) {
      await this.#giveBack();
      throw error;
    }
  }

  async rollback(): Promise<Error | undefined> {
    await this.#giveBack();
    return this.#reason;
  }

  /** The limits of the server are set here: pgbouncer takes none at the start of a connection. */
  async #begin(take: () => Promise<PoolClient>): Promise<PoolClient> {
    const { idleMs, statementMs } = this.#limits;
    const client = await take();
    client.on('error', this.#lost);
    try {
      await client.query(
        `begin isolation level read committed; set local idle_in_transaction_session_timeout = ${idleMs}; set local statement_timeout = ${statementMs}`,
      );
      return client;
    } catch (error) {
      client.off('error', this.#lost);
      client.release(true);
      throw databaseError(error);
    }
  }

  readonly #lost = (error: Error): void => {
    this.#isBroken = true;
    // The first says why; a second one only that the connection is closed.
    if (this.#reason) return;
    this.#reason = codeOf(error) === DATABASE_CODES.idle ? stoodIdle(this.#limits.idleMs) : databaseError(error);
    this.#end(this.#reason);
  };

  async #step<T>(work: () => Promise<T>): Promise<T> {
    if (this.#reason) throw this.#reason;
    try {
      return await work();
    } catch (error) {
      this.#isBroken ||= endsConnection(error);
      throw databaseError(error);
    }
  }

  /** What has not been committed is rolled back. A client that is broken is thrown away. Never rejects. */
  #giveBack(): Promise<void> {
    this.#givingBack ??= this.#finish();
    return this.#givingBack;
  }

  async #finish(): Promise<void> {
    const client = await this.#client.catch(() => undefined);
    if (!client) return;
    try {
      if (!this.#isBroken && !this.#isOver) await client.query('rollback');
    } catch {
      this.#isBroken = true;
    }
    client.off('error', this.#lost);
    client.release(this.#isBroken);
  }
}

function failed(): DatabaseError {
  const message = 'Nothing was committed: a statement of this transaction had failed';
  return new DatabaseError({ code: DATABASE_CODES.failedTransaction, message });
}
