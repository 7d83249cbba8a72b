import type { Rows, Statement } from '../../sql/connection.ts';
import type { PostgresFailure } from '../../sql/failure.ts';
import type { Vacuumed } from './vacuum-turn.ts';

/** What the database thread needs to open its one PGlite. */
export interface ThreadStart {
  /** A folder, or `memory://`. */
  readonly dataDir: string;
  /** tar.gz of a whole data folder to begin with, for `memory://` only. */
  readonly archive: string | undefined;
  /** A transaction that leaves the connection idle for this long is rolled back. */
  readonly idleLimitMs: number;
}

/** `session` 0 is one statement by itself; any other number is the transaction that `begin` opened under it. */
export type Command =
  | ({ readonly kind: 'query'; readonly session: number } & Statement)
  | { readonly kind: 'begin'; readonly session: number }
  /** `last` runs before COMMIT in the same turn; its rows are the answer. */
  | { readonly kind: 'commit'; readonly session: number; readonly last: Statement | undefined }
  | { readonly kind: 'rollback'; readonly session: number }
  /** Several statements without parameters, as one transaction. */
  | { readonly kind: 'script'; readonly sql: string }
  /** CHECKPOINT and fsync of what changed. Answers the files that were flushed; 0 when nothing was written. */
  | { readonly kind: 'sync' }
  /** Writes the whole data folder as tar.gz. Answers its bytes. */
  | { readonly kind: 'dump'; readonly file: string }
  /** Vacuums one table in a turn. */
  | { readonly kind: 'vacuum' }
  /** Vacuums what takes long: before anybody waits. */
  | { readonly kind: 'vacuum long' }
  | { readonly kind: 'close' };

export interface Answers {
  query: Rows;
  begin: null;
  commit: Rows | null;
  rollback: null;
  script: null;
  sync: number;
  dump: number;
  vacuum: Vacuumed;
  'vacuum long': Vacuumed[];
  close: null;
}

export interface Request {
  readonly id: number;
  readonly command: Command;
}

export type Reply =
  | { readonly kind: 'ready' }
  | { readonly kind: 'unusable'; readonly failure: PostgresFailure }
  | { readonly kind: 'done'; readonly id: number; readonly value: unknown }
  | { readonly kind: 'failed'; readonly id: number; readonly failure: PostgresFailure }
  /** The transaction of this session was rolled back because its unit of work waited for something else. */
  | { readonly kind: 'expired'; readonly session: number };
