import { AsyncLocalStorage } from 'node:async_hooks';
import type { AppendedFeedEntry, UnitOfWork } from '../../ports/database.ts';
import { Collected } from './collected.ts';
import type { SqlConnection, SqlTransaction } from './connection.ts';
import { codeOf, DATABASE_CODES, DatabaseError } from './failure.ts';
import { kyselyOver } from './kysely-over.ts';

/** Serialization failure, deadlock. */
const RETRIED: ReadonlySet<string | undefined> = new Set(['40001', '40P01']);
const RETRIES = 3;

export interface UnitsOfWorkParts {
  readonly connection: SqlConnection;
  /** the one at the start */
  readonly epoch: string;
  readonly onCommitted: (entries: readonly AppendedFeedEntry[], wroteOutbox: boolean) => void;
  /** An append was of another epoch than this process knows: another process has begun it. */
  readonly onOtherEpoch: () => void;
}

/** Whether the code that runs now belongs to a unit of work that has not ended. */
interface Scope {
  open: boolean;
}

export class UnitsOfWork {
  readonly #parts: UnitsOfWorkParts;
  readonly #scopes = new AsyncLocalStorage<Scope>();
  readonly #running = new Set<Promise<unknown>>();
  /** set while a new epoch is drawn: no unit begins */
  #renewing: Promise<string> | undefined;
  #epoch: string;

  constructor(parts: UnitsOfWorkParts) {
    this.#parts = parts;
    this.#epoch = parts.epoch;
  }

  get epoch(): string {
    return this.#epoch;
  }

  /** Another process has begun the epoch `next`. Nothing changes when this process has learnt of one since it knew `before`. */
  learnEpoch(next: string, before: string): void {
    if (this.#epoch === before && !this.#renewing) this.#epoch = next;
  }

  /** @param draw gives the new epoch. It is asked for when all units of the old one have ended. */
  renewEpoch(draw: () => Promise<string>): Promise<string> {
    this.refuseInside('database.renewEpoch');
    this.#renewing ??= this.#renew(draw).finally(() => {
      this.#renewing = undefined;
    });
    return this.#renewing;
  }

  /** @throws DatabaseError inside a unit of work: on PGlite that unit holds the only connection. */
  refuseInside(what: string): void {
    if (!this.#scopes.getStore()?.open) return;
    const message = `${what} inside a unit of work would wait for itself for ever: use the unit's own sql`;
    throw new DatabaseError({ code: DATABASE_CODES.misuse, message });
  }

  async run<T>(work: (uow: UnitOfWork) => Promise<T>): Promise<T> {
    this.refuseInside('A second unitOfWork');
    for (let retries = 0; ; retries += 1) {
      // Drawing may fail; its caller hears of it, and this unit goes on in the old epoch.
      while (this.#renewing) await this.#renewing.catch(() => undefined);
      const attempt = this.#attempt(work);
      this.#running.add(attempt);
      try {
        return await attempt;
      } catch (error) {
        if (retries === RETRIES || !RETRIED.has(codeOf(error))) throw error;
      } finally {
        this.#running.delete(attempt);
      }
    }
  }

  async #renew(draw: () => Promise<string>): Promise<string> {
    await Promise.allSettled(this.#running);
    this.#epoch = await draw();
    return this.#epoch;
  }

  async #attempt<T>(work: (uow: UnitOfWork) => Promise<T>): Promise<T> {
    const { connection, onCommitted } = this.#parts;
    const scope: Scope = { open: true };
    const collected = new Collected();
    const transaction = connection.begin();
    try {
      const done = this.#scopes.run(scope, async () => work(openUnit(transaction, scope, collected)));
      const result = await Promise.race([done, transaction.ended]);
      scope.open = false;
      const committing = transaction.commit(collected.statement);
      const rows = await committing;
      const appended = collected.appended(rows);
      onCommitted(appended, collected.wroteOutbox);
      if (appended.some(({ epoch }) => epoch !== this.#epoch)) this.#parts.onOtherEpoch();
      return result;
    } catch (error) {
      throw (await transaction.rollback()) ?? error;
    } finally {
      scope.open = false;
    }
  }
}

function openUnit(transaction: SqlTransaction, scope: Scope, collected: Collected): UnitOfWork {
  const refuseAfterEnd = () => {
    if (scope.open) return;
    throw new DatabaseError({ code: DATABASE_CODES.misuse, message: 'This unit of work is over' });
  };
  return {
    sql: kyselyOver((statement) => {
      refuseAfterEnd();
      return transaction.query(statement);
    }),
    appendFeed: (entry) => {
      refuseAfterEnd();
      collected.appendFeed(entry);
    },
    appendOutbox: (record) => {
      refuseAfterEnd();
      collected.appendOutbox(record);
    },
  };
}
