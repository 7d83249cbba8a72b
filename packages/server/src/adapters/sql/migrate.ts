import type { Migration } from '../../ports/database.ts';
import { VERSION } from '../../version.ts';
import type { SqlConnection } from './connection.ts';
import { codeOf, DATABASE_CODES, DatabaseError, describeFailure } from './failure.ts';
import { LOCKS } from './locks.ts';

interface Recorded {
  readonly name: string;
  /** which version of Ovation ran it; null for those up to 0.2 */
  readonly version: string | null;
}

/** `if not exists` alone does not keep two that make it at once apart. */
const TABLE = `
  select pg_advisory_xact_lock(${LOCKS.start});
  create table if not exists migrations (name text primary key, ran_at timestamptz not null default now());
  alter table migrations add column if not exists version text`;

/**
 * Runs what table `migrations` does not name yet, in the order of the names, each in its own transaction together with
 * its record. Answers the names that this process ran.
 *
 * Processes may start at once: the record comes first, so that a second one waits there until the first has committed.
 * @param elsewhere how a person chooses another database, as it stands in a sentence
 * @throws DatabaseError when a migration was run that is not in the list: what a newer version keeps there is not known
 */
export async function migrate(
  connection: SqlConnection,
  migrations: readonly Migration[],
  elsewhere: string,
): Promise<string[]> {
  const sorted = migrations.toSorted((a, b) => (a.name < b.name ? -1 : 1));
  const twice = sorted.find(({ name }, index) => sorted[index + 1]?.name === name);
  if (twice) throw new DatabaseError({ message: `Two migrations are named ${twice.name}` });
  await connection.script(TABLE);
  const { recorded, refusal } = await readRecorded(connection, { migrations: sorted, elsewhere });
  if (refusal) throw refusal;
  const names = new Set(recorded);
  const missing = sorted.filter(({ name }) => !names.has(name));
  const ran: string[] = [];
  for (const migration of missing) if (await runOne(connection, migration)) ran.push(migration.name);
  return ran;
}

/** Which migrations the table names, and why this version may not go on from there, if so. */
export async function readRecorded(
  connection: Pick<SqlConnection, 'query'>,
  { elsewhere, migrations }: { readonly migrations: readonly Migration[]; readonly elsewhere: string },
): Promise<{ readonly recorded: readonly string[]; readonly refusal: DatabaseError | undefined }> {
  const { rows } = await connection.query({ sql: 'select name, version from migrations order by name', params: [] });
  // The table is the only one of that name; its columns are these.
  const recorded = rows as unknown as Recorded[];
  const known = new Set(migrations.map(({ name }) => name));
  const unknown = recorded.filter(({ name }) => !known.has(name));
  const refusal = unknown.length > 0 ? newer(unknown, elsewhere) : undefined;
  return { recorded: recorded.map(({ name }) => name), refusal };
}

function newer(unknown: readonly Recorded[], elsewhere: string): DatabaseError {
  const versions = [...new Set(unknown.map((one) => one.version).filter((one) => one !== null))];
  const by = versions.length > 0 ? `Ovation ${versions.join(' and ')}` : 'another version of Ovation';
  const names = unknown.map(({ name }) => name).join(', ');
  const message = `The database was written by ${by}, this is ${VERSION}, which does not know: ${names}. Start that version or a newer one, or set ${elsewhere}. Nothing was changed.`;
  return new DatabaseError({ code: DATABASE_CODES.unusable, message });
}

const UNIQUE_VIOLATION = '23505';
const RECORDED = 'migrations_pkey';

/** @returns false when another process has run it */
async function runOne(connection: SqlConnection, { name, up }: Migration): Promise<boolean> {
  try {
    const record = `insert into migrations (name, version) values (${quoted(name)}, ${quoted(VERSION)})`;
    await connection.script(`${record};\n${up}`);
    return true;
  } catch (error) {
    const failure = describeFailure(error);
    if (codeOf(error) === UNIQUE_VIOLATION && failure.constraint === RECORDED) return false;
    throw new DatabaseError({ ...failure, message: `Migration ${name} failed: ${failure.message}` }, { cause: error });
  }
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
