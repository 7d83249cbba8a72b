import pg from 'pg';
import { DATABASE_CODES, DatabaseError, describeFailure } from '../sql/failure.ts';

/** What the driver rejects with, as the port says it. Its own errors have no SQLSTATE: they are all losses of the connection. */
export function databaseError(error: unknown): DatabaseError {
  if (error instanceof DatabaseError) return error;
  const failure = describeFailure(error);
  if (error instanceof pg.DatabaseError) return new DatabaseError(failure, { cause: error });
  return new DatabaseError({ code: DATABASE_CODES.lost, message: sentenceOf(failure.message) }, { cause: error });
}

/** SQLSTATE read_only_sql_transaction: the server has become a replica, and another one the primary. */
const READ_ONLY = '25006';

/** Whether a connection cannot be used again, or should not. */
export function endsConnection(error: unknown): boolean {
  if (!(error instanceof pg.DatabaseError)) return true;
  return error.severity === 'FATAL' || error.severity === 'PANIC' || error.code === READ_ONLY;
}

const SENTENCES: readonly (readonly [words: RegExp, sentence: string])[] = [
  [
    /^timeout exceeded when trying to connect|due to connection timeout/,
    'No connection to the database was free in time',
  ],
  [/^Query read timeout/, 'The database did not answer in time'],
];

function sentenceOf(message: string): string {
  const known = SENTENCES.find(([words]) => words.test(message));
  return known ? known[1] : `The connection to the database was lost: ${message}`;
}
