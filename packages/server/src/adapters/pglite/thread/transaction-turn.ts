import type { PGlite } from '@electric-sql/pglite';
import type { Rows, Statement } from '../../sql/connection.ts';
import { codeOf, DATABASE_CODES, DatabaseError } from '../../sql/failure.ts';
import { runStatement } from './run-statement.ts';
import type { Turns } from './turns.ts';

export interface TransactionParts {
  readonly pglite: PGlite;
  readonly turns: Turns;
  readonly idleLimitMs: number;
  /** Called once, after the transaction was rolled back because it stood idle. */
  readonly onExpired: () => void;
}

/**
 * One transaction inside the thread: holds the turn from BEGIN to its end and runs its statements in order.
 *
 * PGlite has one connection, so a transaction that waits for something else stops the whole product, and PostgreSQL's
 * own idle_in_transaction_session_timeout never returns on PGlite 0.5.16. Hence the guard here.
 */
export class TransactionTurn {
  readonly #parts: TransactionParts;
  #last: Promise<unknown>;
  #endTurn: () => void = () => {};
  #waiting = 0;
  #idle: NodeJS.Timeout | undefined;
  #statementFailed = false;
  #over = false;

  constructor(parts: TransactionParts) {
    this.#parts = parts;
    this.#last = this.#begin();
    // Every step that follows meets the same rejection; this keeps it from being reported as unhandled meanwhile.
    this.#last.catch(() => {});
  }

  async begun(): Promise<null> {
    await this.#last;
    return null;
  }

  query(statement: Statement): Promise<Rows> {
    return this.#step(() => this.#statement(statement));
  }

  commit(last: Statement | undefined): Promise<Rows | null> {
    return this.#step(async () => {
      try {
        const rows = last ? await this.#statement(last) : null;
        await this.#refuseFailed();
        await this.#parts.pglite.exec('commit');
        this.#end();
        return rows;
      } catch (error) {
        await this.#rollback();
        throw error;
      }
    });
  }

  rollback(): Promise<null> {
    return this.#step(async () => {
      await this.#rollback();
      return null;
    });
  }

  async #begin(): Promise<void> {
    this.#endTurn = await this.#parts.turns.take();
    try {
      await this.#parts.pglite.exec('begin isolation level read committed');
    } catch (error) {
      this.#end();
      throw error;
    }
    if (this.#waiting === 0) this.#watch();
  }

  /** Steps run one after the other; between them the transaction is idle and the guard counts. */
  async #step<T>(work: () => Promise<T>): Promise<T> {
    this.#waiting += 1;
    clearTimeout(this.#idle);
    const mine = this.#last.then(() => {
      if (this.#over) throw new DatabaseError({ code: DATABASE_CODES.misuse, message: 'This transaction is over' });
      return work();
    });
    this.#last = mine.catch(() => {});
    try {
      return await mine;
    } finally {
      this.#waiting -= 1;
      if (this.#waiting === 0 && !this.#over) this.#watch();
    }
  }

  async #statement(statement: Statement): Promise<Rows> {
    try {
      return await runStatement(this.#parts.pglite, statement);
    } catch (error) {
      this.#statementFailed = true;
      throw error;
    }
  }

  /** COMMIT of a failed transaction rolls back without an error; `select 1` is what tells (25P02). */
  async #refuseFailed(): Promise<void> {
    if (!this.#statementFailed) return;
    try {
      await this.#parts.pglite.query('select 1');
    } catch (error) {
      if (codeOf(error) !== DATABASE_CODES.failedTransaction) throw error;
      throw new DatabaseError({
        code: DATABASE_CODES.failedTransaction,
        message: 'Nothing was committed: a statement of this transaction had failed',
      });
    }
  }

  async #rollback(): Promise<void> {
    try {
      await this.#parts.pglite.exec('rollback');
    } finally {
      this.#end();
    }
  }

  #watch(): void {
    this.#idle = setTimeout(() => void this.#expire(), this.#parts.idleLimitMs);
  }

  async #expire(): Promise<void> {
    if (this.#waiting > 0 || this.#over) return;
    this.#over = true;
    // When even ROLLBACK fails there is nothing else to try here: the next BEGIN shows it to its caller.
    await this.#rollback().catch(() => {});
    this.#parts.onExpired();
  }

  #end(): void {
    this.#over = true;
    clearTimeout(this.#idle);
    this.#endTurn();
  }
}
