import { codeOf, DATABASE_CODES, DatabaseError } from '../sql/failure.ts';
import { unusable } from './check-server.ts';

/** What an address names. Its password is not among it, so that no sentence can say it. */
interface Named {
  readonly server: string;
  readonly database: string;
  readonly user: string;
}

type Sentence = (named: Named, message: string) => string;

/** By SQLSTATE or the code of the network: what another attempt will not mend. */
const FINAL: Readonly<Record<string, Sentence>> = {
  '28P01': wrongPassword,
  '28000': ({ server, user }, message) => `The PostgreSQL server at ${server} does not let "${user}" in: ${message}`,
  '3D000': ({ database, server }) =>
    `The PostgreSQL server at ${server} has no database "${database}": create it, or name another one in OVATION_DATABASE_URL`,
  '42501': ({ database, user }, message) =>
    `"${user}" may not make tables in database "${database}": make it the owner of the database (${message})`,
};

/** What may mend itself, as when both start at the same time. */
const PASSING: Readonly<Record<string, Sentence>> = {
  ENOTFOUND: unknownHost,
  EAI_AGAIN: unknownHost,
  ECONNREFUSED: ({ server }) =>
    `Nothing listens at ${server}: is the PostgreSQL server of OVATION_DATABASE_URL running?`,
  '57P03': ({ server }, message) => `The PostgreSQL server at ${server} is not ready: ${message}`,
  '53300': ({ server }) => `The PostgreSQL server at ${server} has no connection left: raise max_connections`,
};

/** By the words of the driver or of pgbouncer, which has no code of its own for them. */
const WORDS: readonly (readonly [words: RegExp, sentence: Sentence])[] = [
  [
    /client password must be a (?:non-empty )?string/,
    ({ server, user }) =>
      `The PostgreSQL server at ${server} asks for the password of "${user}": put it into OVATION_DATABASE_URL`,
  ],
  [/password authentication failed|SASL authentication failed/, wrongPassword],
  [
    /does not support SSL/,
    ({ server }) => `The PostgreSQL server at ${server} has no TLS: leave sslmode out of OVATION_DATABASE_URL`,
  ],
  [
    /self-signed certificate|unable to (?:verify|get)|Hostname\/IP does not match/,
    ({ server }, message) => `The certificate of the PostgreSQL server at ${server} is not trusted: ${message}`,
  ],
  [
    /no such database|database .* does not exist/,
    ({ database, server }) =>
      `The server at ${server} has no database "${database}": create it, or name another one in OVATION_DATABASE_URL`,
  ],
];

/**
 * Why the database could not be opened, in one sentence.
 * @returns an error with the code `unusable` when another attempt will not do
 */
export function startProblem(error: unknown, url: string): DatabaseError {
  const known = chain(error);
  const named = namesIn(url);
  const code = known.map(codeOf).find((one) => one !== undefined && (one in FINAL || one in PASSING));
  const message = known.at(-1)?.message ?? String(error);
  const byWords = WORDS.find(([words]) => known.some((one) => words.test(one.message)));
  const final = (code === undefined ? undefined : FINAL[code]) ?? byWords?.[1];
  if (final) return unusable(final(named, message), error);
  const passing = code === undefined ? undefined : PASSING[code];
  if (passing) {
    return new DatabaseError({ code: DATABASE_CODES.lost, message: passing(named, message) }, { cause: error });
  }
  if (error instanceof DatabaseError) return error;
  return new DatabaseError(
    { message: `The database at ${named.server} cannot be opened: ${message}` },
    { cause: error },
  );
}

function wrongPassword({ server, user }: Named): string {
  return `The PostgreSQL server at ${server} refuses the password of "${user}" in OVATION_DATABASE_URL`;
}

function unknownHost({ server }: Named): string {
  return `There is no host of the name in OVATION_DATABASE_URL: ${server}`;
}

/** The error and its causes; a host with several addresses gives an error for each. */
function chain(error: unknown): Error[] {
  if (!(error instanceof Error)) return [];
  const inner = error instanceof AggregateError ? error.errors.flatMap(chain) : [];
  return [error, ...inner, ...chain(error.cause)];
}

function namesIn(url: string): Named {
  const { host, pathname, username } = new URL(url);
  const user = decodeURIComponent(username);
  return { server: host, database: decodeURIComponent(pathname.slice(1)) || user, user };
}
