import type { Kysely } from 'kysely';
import type { Clock } from '../../ports/clock.ts';
import type { AppendedFeedEntry, Database, NoTables, UnitOfWork } from '../../ports/database.ts';
import type { Logger } from '../../telemetry/logger.ts';
import type { SqlConnection } from './connection.ts';
import { DatabaseError } from './failure.ts';
import { drawEpoch } from './installation.ts';
import { kyselyOver } from './kysely-over.ts';
import { UnitsOfWork } from './units-of-work.ts';

export interface SqlDatabaseParts {
  readonly connection: SqlConnection;
  readonly epoch: string;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly stop: () => Promise<void>;
}

type EntriesListener = (entries: readonly AppendedFeedEntry[]) => void;

/** The port `database` over a connection. */
export class SqlDatabase implements Database {
  readonly sql: Kysely<NoTables>;
  readonly #parts: SqlDatabaseParts;
  readonly #units: UnitsOfWork;
  readonly #entriesListeners = new Set<EntriesListener>();
  readonly #outboxListeners = new Set<() => void>();
  #stopping: Promise<void> | undefined;

  constructor(parts: SqlDatabaseParts) {
    this.#parts = parts;
    this.#units = new UnitsOfWork({
      connection: parts.connection,
      epoch: parts.epoch,
      onCommitted: (entries, wroteOutbox) => this.#tell(entries, wroteOutbox),
    });
    this.sql = kyselyOver((statement) => {
      this.#units.refuseInside('database.sql');
      return parts.connection.query(statement);
    });
  }

  get epoch(): string {
    return this.#units.epoch;
  }

  renewEpoch(): Promise<string> {
    return this.#units.renewEpoch(() => drawEpoch(this.#parts.connection));
  }

  unitOfWork<T>(work: (uow: UnitOfWork) => Promise<T>): Promise<T> {
    return this.#units.run(work);
  }

  onFeedEntries(listener: EntriesListener): Disposable {
    return subscribe(this.#entriesListeners, listener);
  }

  onOutbox(listener: () => void): Disposable {
    return subscribe(this.#outboxListeners, listener);
  }

  async ping(timeoutMs: number): Promise<void> {
    this.#units.refuseInside('database.ping');
    const { promise, reject } = Promise.withResolvers<never>();
    using _late = this.#parts.clock.after(timeoutMs, () =>
      reject(new DatabaseError({ message: `The database did not answer within ${timeoutMs} ms` })),
    );
    await Promise.race([this.#parts.connection.query({ sql: 'select 1', params: [] }), promise]);
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.#stopping ??= this.#parts.stop();
    return this.#stopping;
  }

  #tell(entries: readonly AppendedFeedEntry[], wroteOutbox: boolean): void {
    if (entries.length > 0) for (const listener of this.#entriesListeners) this.#guard(() => listener(entries));
    if (wroteOutbox) for (const listener of this.#outboxListeners) this.#guard(listener);
  }

  /** The commit stands, whatever a listener does. */
  #guard(listener: () => void): void {
    try {
      listener();
    } catch (error) {
      this.#parts.logger.error({ err: error }, 'A listener of the database threw');
    }
  }
}

function subscribe<T>(listeners: Set<T>, listener: T): Disposable {
  // Two subscriptions of one function would be one member of the set; nobody here shares a listener.
  listeners.add(listener);
  return { [Symbol.dispose]: () => void listeners.delete(listener) };
}
