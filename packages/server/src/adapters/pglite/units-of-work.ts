import { AsyncLocalStorage } from 'node:async_hooks';
import type { AppendedFeedEntry, UnitOfWork } from '../../ports/database.ts';
import { Collected } from './collected.ts';
import { codeOf, DATABASE_CODES, DatabaseError } from './failure.ts';
import { kyselyOver } from './kysely-over.ts';
import type { ThreadLink } from './thread/thread-link.ts';

/** Serialization failure, deadlock. */
const RETRIED: ReadonlySet<string | undefined> = new Set(['40001', '40P01']);
const RETRIES = 3;

export interface UnitsOfWorkParts {
  readonly link: ThreadLink;
  /** the one at the start */
  readonly epoch: string;
  readonly idleLimitMs: number;
  readonly onCommitted: (entries: readonly AppendedFeedEntry[], wroteOutbox: boolean) => void;
}

/** Whether the code that runs now belongs to a unit of work that has not ended. */
interface Scope {
  open: boolean;
}

export class UnitsOfWork {
  readonly #parts: UnitsOfWorkParts;
  readonly #scopes = new AsyncLocalStorage<Scope>();
  readonly #expiries = new Map<number, () => void>();
  readonly #running = new Set<Promise<unknown>>();
  /** set while a new epoch is drawn: no unit begins */
  #renewing: Promise<string> | undefined;
  #epoch: string;
  #nextSession = 1;

  constructor(parts: UnitsOfWorkParts) {
    this.#parts = parts;
    this.#epoch = parts.epoch;
    parts.link.onExpired = (session) => this.#expiries.get(session)?.();
  }

  get epoch(): string {
    return this.#epoch;
  }

  /** @param draw gives the new epoch. It is asked for when all units of the old one have ended. */
  renewEpoch(draw: () => Promise<string>): Promise<string> {
    this.refuseInside('database.renewEpoch');
    this.#renewing ??= this.#renew(draw).finally(() => {
      this.#renewing = undefined;
    });
    return this.#renewing;
  }

  /** @throws DatabaseError inside a unit of work: PGlite has one connection, which that unit holds. */
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
    const { link, onCommitted } = this.#parts;
    const epoch = this.#epoch;
    const session = this.#nextSession;
    this.#nextSession += 1;
    const scope: Scope = { open: true };
    const collected = new Collected();
    const expiry = this.#expiry(session);
    // Not awaited: the first statement follows at once and waits in the thread. A BEGIN that fails fails it too.
    link.request({ kind: 'begin', session }).catch(() => {});
    try {
      const done = this.#scopes.run(scope, async () => work(this.#unit(session, scope, collected)));
      const result = await Promise.race([done, expiry.passed]);
      scope.open = false;
      const committing = link.request({ kind: 'commit', session, last: collected.statement(epoch) });
      const rows = await committing;
      onCommitted(collected.appended(epoch, rows), collected.wroteOutbox);
      return result;
    } catch (error) {
      // A failed COMMIT has rolled back already; the thread then answers that the session is over.
      await link.request({ kind: 'rollback', session }).catch(() => {});
      throw expiry.error() ?? error;
    } finally {
      scope.open = false;
      this.#expiries.delete(session);
    }
  }

  #unit(session: number, scope: Scope, collected: Collected): UnitOfWork {
    const refuseAfterEnd = () => {
      if (scope.open) return;
      throw new DatabaseError({ code: DATABASE_CODES.misuse, message: 'This unit of work is over' });
    };
    return {
      sql: kyselyOver((statement) => {
        refuseAfterEnd();
        return this.#parts.link.request({ kind: 'query', session, ...statement });
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

  /** Rejects when the thread has rolled this session back, so that the caller hears of it although `work` still waits. */
  #expiry(session: number) {
    const { promise, reject } = Promise.withResolvers<never>();
    promise.catch(() => {});
    let error: DatabaseError | undefined;
    this.#expiries.set(session, () => {
      const message = `This unit of work was rolled back: it waited for something other than the database for more than ${this.#parts.idleLimitMs} ms`;
      error = new DatabaseError({ code: DATABASE_CODES.idle, message });
      reject(error);
    });
    return { passed: promise, error: () => error };
  }
}
