import type { Kysely } from 'kysely';

/**
 * PostgreSQL, whichever server speaks it. Modules see their own tables by `sql.withTables<MyTables>()`.
 * `unitOfWork` is the only way to a transaction (flows.md row 8).
 */
export interface Database extends AsyncDisposable {
  /** Single statements outside a transaction: reads, and writes that need no feed entry. */
  readonly sql: Kysely<NoTables>;
  /**
   * For reading what may be some seconds old, such as lists and statistics: a replica answers where there is one. Never for
   * feeds, heads and positions, and not right after a write that the answer has to show.
   */
  readonly readSql: Kysely<NoTables>;
  /** Other processes work on this database, too. */
  readonly isShared: boolean;
  /**
   * Identity of this installation's timeline: `<random>.<timeline>` (flows.md row 11). Changes by `renewEpoch` only; of
   * another process's this one learns within a second or by its next append. What is appended is always of the one in force.
   */
  readonly epoch: string;
  /**
   * Begins an epoch that never was: the numbers of the old one may be given again. Units of work that run are waited for
   * and belong to the old epoch, those that come later to the new one. It is on disk when this resolves. Processes that ask
   * for one at once get the same.
   */
  renewEpoch(): Promise<string>;

  /**
   * Runs `work` in one READ COMMITTED transaction and commits. Feed and outbox entries that `work` collected are
   * appended by `feed_append` as the last act before COMMIT. Serialization failures and deadlocks (40001, 40P01) run
   * `work` again, at most three times: it must not touch anything but `uow`.
   * Nesting a unit of work throws.
   */
  unitOfWork<T>(work: (uow: UnitOfWork) => Promise<T>): Promise<T>;

  /** Called after the commit of every unit of work that appended feed entries, with what was really inserted. */
  onFeedEntries(listener: (entries: readonly AppendedFeedEntry[]) => void): Disposable;
  /** Called after the commit of every unit of work that wrote to the outbox. Wakes the relay. */
  onOutbox(listener: () => void): Disposable;

  /** Resolves when a trivial statement came back within `timeoutMs`; rejects otherwise. */
  ping(timeoutMs: number): Promise<void>;
}

/** What every operation of the database rejects with. */
export abstract class DatabaseFailure extends Error {
  /**
   * Whether the values are to blame: the database is well, and the same values are refused again however often they come.
   * Otherwise it is an outage or a fault of ours, and the same may work later.
   */
  abstract readonly refusesData: boolean;
  /** Whether the database was not reached, or was not ready: it may be in a moment. */
  abstract readonly isAway: boolean;
}

/** Tables are declared by the modules that own them. */
// oxlint-disable-next-line typescript/no-empty-object-type
export interface NoTables {}

export interface UnitOfWork {
  /** The transaction. Any other handle inside `work` would wait for itself for ever on PGlite. */
  readonly sql: Kysely<NoTables>;
  /** Collects an entry of an ordered feed. A `key` that the feed already has is skipped: repeats do no harm. */
  appendFeed(entry: NewFeedEntry): void;
  /** Collects a record for the event log that the relay appends after the commit, at least once. */
  appendOutbox(record: NewOutboxRecord): void;
}

export interface NewFeedEntry {
  readonly feed: string;
  readonly key: string;
  /** JSON-serialisable */
  readonly body: unknown;
}

export interface AppendedFeedEntry extends NewFeedEntry {
  readonly epoch: string;
  readonly seq: number;
}

export interface NewOutboxRecord {
  readonly topic: string;
  readonly partition?: number;
  readonly key: string | null;
  /** JSON-serialisable */
  readonly body: unknown;
}

/** A migration of a module. Names sort in the order they run: `<module>-<number>-<what>`. */
export interface Migration {
  readonly name: string;
  /** SQL, one or more statements */
  readonly up: string;
}
