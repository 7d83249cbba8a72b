import { DatabaseFailure } from '../../ports/database.ts';

/**
 * The fields of a PostgreSQL error. Structured clone keeps only name, message and stack of an Error, so between threads
 * they are a plain object.
 */
export interface PostgresFailure {
  readonly message: string;
  readonly code?: string;
  readonly severity?: string;
  readonly detail?: string;
  readonly hint?: string;
  readonly schema?: string;
  readonly table?: string;
  readonly column?: string;
  readonly constraint?: string;
  readonly position?: string;
}

/** An error of the database. `code` is the SQLSTATE, or one of `DATABASE_CODES` for what PostgreSQL has no word for. */
export class DatabaseError extends DatabaseFailure {
  readonly refusesData: boolean;
  readonly isAway: boolean;
  readonly code: string | undefined;
  readonly severity: string | undefined;
  readonly detail: string | undefined;
  readonly hint: string | undefined;
  readonly schema: string | undefined;
  readonly table: string | undefined;
  readonly column: string | undefined;
  readonly constraint: string | undefined;
  readonly position: string | undefined;

  constructor(failure: PostgresFailure, options?: ErrorOptions) {
    super(failure.message, options);
    this.name = 'DatabaseError';
    this.code = failure.code;
    this.refusesData = DATA_CLASSES.has(failure.code?.slice(0, CLASS_LENGTH));
    this.isAway = AWAY.test(failure.code ?? '');
    this.severity = failure.severity;
    this.detail = failure.detail;
    this.hint = failure.hint;
    this.schema = failure.schema;
    this.table = failure.table;
    this.column = failure.column;
    this.constraint = failure.constraint;
    this.position = failure.position;
  }
}

export const DATABASE_CODES = {
  /** The connection is gone; nothing more comes from this database until the process is started again. */
  stopped: 'database_stopped',
  /** No other attempt will do: the database or the way to it has to be changed first. */
  unusable: 'database_unusable',
  /** SQLSTATE connection_failure: there is no connection, it was lost, or nothing came back in time. */
  lost: '08006',
  /** A handle other than `uow.sql` inside a unit of work, a nested unit, or `uow.sql` after its end. */
  misuse: 'unit_of_work_misuse',
  /** SQLSTATE idle_in_transaction_session_timeout, also raised by our own guard over PGlite. */
  idle: '25P03',
  /** SQLSTATE in_failed_sql_transaction. */
  failedTransaction: '25P02',
  /** SQLSTATE character_not_in_repertoire. */
  badText: '22021',
  /** SQLSTATE data_exception: a value that cannot even be sent. */
  badValue: '22000',
} as const;

/** A transaction that the database rolled back because it stood idle. */
export function stoodIdle(limitMs: number): DatabaseError {
  const message = `This unit of work was rolled back: it waited for something other than the database for more than ${limitMs} ms`;
  return new DatabaseError({ code: DATABASE_CODES.idle, message });
}

/** Connection exceptions, a server that stops or starts, one without a connection left, and ours for one that was lost. */
const AWAY = new RegExp(`^(?:08...|57P0[123]|53300|${DATABASE_CODES.lost})$`);

const CLASS_LENGTH = 2;
/**
 * Classes of SQLSTATE that blame the values: wrong number of rows for them, data exception, integrity constraint, check
 * option, a limit of the program (too long, too deep). All others are outages, conflicts that are tried again, or mistakes in
 * a statement: those say nothing about the record in hand.
 */
const DATA_CLASSES: ReadonlySet<string | undefined> = new Set(['21', '22', '23', '44', '54']);

const FIELDS = [
  'code',
  'severity',
  'detail',
  'hint',
  'schema',
  'table',
  'column',
  'constraint',
  'position',
] as const satisfies readonly (keyof PostgresFailure)[];

/** Any error as plain fields. */
export function describeFailure(error: unknown): PostgresFailure {
  if (!(error instanceof Error)) return { message: wordsFor(error) };
  const failure: Record<string, string> = { message: error.message };
  for (const field of FIELDS) {
    const value: unknown = Reflect.get(error, field);
    if (typeof value === 'string') failure[field] = value;
  }
  return { message: error.message, ...failure };
}

/** Numbers of WASI, by which the file system of PGlite says what failed. */
const WASI_WORDS: Readonly<Record<number, string>> = {
  2: 'permission denied',
  19: 'disk quota exceeded',
  29: 'input or output error',
  51: 'no space left on the disk',
  63: 'operation not permitted',
  69: 'the file system is read-only',
};

/** What WebAssembly throws is no Error: an object with a number, or anything. */
function wordsFor(thrown: unknown): string {
  if (typeof thrown !== 'object' || thrown === null) return String(thrown);
  const { errno, message, name, status }: Record<string, unknown> = { ...thrown };
  if (typeof errno === 'number') return WASI_WORDS[errno] ?? `error ${errno} of the file system`;
  if (typeof message === 'string' && message !== '') return message;
  if (typeof status === 'number') return `it ended with status ${status}`;
  return typeof name === 'string' ? name : 'an unknown error';
}

/** SQLSTATE of an error of any driver. */
export function codeOf(error: unknown): string | undefined {
  const code: unknown = error instanceof Error ? Reflect.get(error, 'code') : undefined;
  return typeof code === 'string' ? code : undefined;
}
