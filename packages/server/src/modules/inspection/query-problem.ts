import { ERRORS } from '@ovation/protocol';
import { HttpProblem } from '../../http/answers/http-problem.ts';

const READS = /^(?:\s|--[^\n]*\n|\/\*.*?\*\/)*\(?\s*(?:select|values|with|table)\b/isu;
const READS_ONLY = 'Only reading is possible here: write a SELECT. Data is changed through the API';
const TABLES = `"SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'" lists all`;

/** PostgreSQL's codes of errors that have a better sentence than its own. */
const SENTENCES: Readonly<Record<string, (message: string) => string>> = {
  '42P01': (message) =>
    `There is no table ${nameIn(message)}. The classic ones are settings and significant_moments; ${TABLES}`,
  '42703': (message) => `There is no column ${nameIn(message)}; "SELECT * FROM <table>" shows those of a table`,
  '42883': (message) => `There is no such function: ${message.replace(/^function /u, '')}`,
  '25006': () => READS_ONLY,
  '0A000': () => READS_ONLY,
  '42601': (message) => `The statement is not SQL that PostgreSQL understands: ${message}`,
  '57014': () => 'The statement took longer than 10 seconds and was stopped: read less, or with a condition',
};

/** @throws HttpProblem 400 for a statement that cannot be one that reads */
export function refuseToChange(text: string): void {
  if (!READS.test(text)) throw problem(READS_ONLY);
}

/**
 * Classes of SQLSTATE that say nothing of the statement: no connection, no room, the server ends, its disk fails. 08P01 is of
 * the statement: it names a parameter that there is not.
 */
const OUTAGES = /^(?:080|25P|53|57P|58|XX)/;

/** What PostgreSQL says of a statement, in one sentence; any other error as it is. */
export function queryProblem(error: unknown): unknown {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (!(error instanceof Error) || !/^[0-9A-Z]{5}$/.test(code) || OUTAGES.test(code)) return error;
  return problem(SENTENCES[code]?.(error.message) ?? error.message);
}

function problem(sentence: string): HttpProblem {
  return new HttpProblem(ERRORS.validation, { text: sentence, details: [{ field: 'sql', reason: sentence }] });
}

function nameIn(message: string): string {
  return /"[^"]*"/u.exec(message)?.[0] ?? /^column (\S+) does not exist/u.exec(message)?.[1] ?? 'of this name';
}
