import type { Kysely } from 'kysely';
import type { Clock } from '../../ports/clock.ts';
import type { AppendedFeedEntry, Database, NoTables, UnitOfWork } from '../../ports/database.ts';
import type { Logger } from '../../telemetry/logger.ts';
import type { SqlConnection } from './connection.ts';
import { DatabaseError } from './failure.ts';
import { drawEpoch, readEpoch } from './installation.ts';
import { kyselyOver } from './kysely-over.ts';
import { UnitsOfWork } from './units-of-work.ts';

export interface SqlDatabaseParts {
  readonly connection: SqlConnection;
  /** for read models; default: the connection */
  readonly reads?: Pick<SqlConnection, 'query'>;
  /** Other processes work on this database, too. */
  readonly isShared: boolean;
  readonly epoch: string;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly stop: () => Promise<void>;
}

type EntriesListener = (entries: readonly AppendedFeedEntry[]) => void;

/** The port `database` over a connection. */
export class SqlDatabase implements Database {
  readonly sql: Kysely<NoTables>;
  readonly readSql: Kysely<NoTables>;
  readonly isShared: boolean;
  readonly #parts: SqlDatabaseParts;
  readonly #units: UnitsOfWork;
  readonly #entriesListeners = new Set<EntriesListener>();
  readonly #outboxListeners = new Set<() => void>();
  #stopping: Promise<void> | undefined;
  #looking: Promise<void> | undefined;

  constructor(parts: SqlDatabaseParts) {
    this.#parts = parts;
    this.isShared = parts.isShared;
    this.#units = new UnitsOfWork({
      connection: parts.connection,
      epoch: parts.epoch,
      onCommitted: (entries, wroteOutbox) => this.#tell(entries, wroteOutbox),
      onOtherEpoch: () => void this.lookForEpoch(),
    });
    this.sql = this.#handle('database.sql', parts.connection);
    this.readSql = parts.reads ? this.#handle('database.readSql', parts.reads) : this.sql;
  }

  get epoch(): string {
    return this.#units.epoch;
  }

  renewEpoch(): Promise<string> {
    return this.#units.renewEpoch(() => drawEpoch(this.#parts.connection, this.epoch));
  }

  /** Asks whether another process has begun a new epoch. Never rejects: it is asked every second. */
  lookForEpoch(): Promise<void> {
    this.#looking ??= this.#look().finally(() => {
      this.#looking = undefined;
    });
    return this.#looking;
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

  #handle(name: string, connection: Pick<SqlConnection, 'query'>): Kysely<NoTables> {
    return kyselyOver((statement) => {
      this.#units.refuseInside(name);
      return connection.query(statement);
    });
  }

  async #look(): Promise<void> {
    const before = this.epoch;
    try {
      this.#units.learnEpoch(await readEpoch(this.#parts.connection), before);
    } catch (error) {
      this.#parts.logger.debug({ err: error }, 'The epoch of the database cannot be read now');
    }
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
