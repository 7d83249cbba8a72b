import type { Migration } from '../../ports/database.ts';
import { VERSION } from '../../version.ts';
import type { SqlConnection } from './connection.ts';
import { DatabaseError, describeFailure } from './failure.ts';

interface Recorded {
  readonly name: string;
  /** which version of Ovation ran it; null for those up to 0.2 */
  readonly version: string | null;
}

const TABLE = `
  create table if not exists migrations (name text primary key, ran_at timestamptz not null default now());
  alter table migrations add column if not exists version text`;

/**
 * Runs what table `migrations` does not name yet, in the order of the names, each in its own transaction together with
 * its record. Answers the names that ran.
 * @param version which is recorded with what runs
 * @throws DatabaseError when a migration was run that is not in the list: what a newer version keeps there is not known
 */
export async function migrate(
  connection: SqlConnection,
  migrations: readonly Migration[],
  version: string = VERSION,
): Promise<string[]> {
  const sorted = migrations.toSorted((a, b) => (a.name < b.name ? -1 : 1));
  const twice = sorted.find(({ name }, index) => sorted[index + 1]?.name === name);
  if (twice) throw new DatabaseError({ message: `Two migrations are named ${twice.name}` });
  await connection.script(TABLE);
  const { rows } = await connection.query({ sql: 'select name, version from migrations order by name', params: [] });
  // The table above is the only one of that name; its columns are these.
  const recorded = rows as unknown as Recorded[];
  const known = new Set(sorted.map(({ name }) => name));
  const unknown = recorded.filter(({ name }) => !known.has(name));
  if (unknown.length > 0) throw new DatabaseError({ message: newerSentence(unknown, version) });
  const names = new Set(recorded.map(({ name }) => name));
  const missing = sorted.filter(({ name }) => !names.has(name));
  for (const migration of missing) await runOne(connection, migration, version);
  return missing.map(({ name }) => name);
}

function newerSentence(unknown: readonly Recorded[], version: string): string {
  const versions = [...new Set(unknown.map((one) => one.version).filter((one) => one !== null))];
  const by = versions.length > 0 ? `Ovation ${versions.join(' and ')}` : 'another version of Ovation';
  const names = unknown.map(({ name }) => name).join(', ');
  return `The database was written by ${by}, this is ${version}, which does not know: ${names}. Start that version or a newer one, or set OVATION_DATA_DIR to another folder. Nothing was changed.`;
}

async function runOne(connection: SqlConnection, { name, up }: Migration, version: string): Promise<void> {
  try {
    const record = `insert into migrations (name, version) values (${quoted(name)}, ${quoted(version)})`;
    await connection.script(`${up}\n;${record}`);
  } catch (error) {
    const failure = describeFailure(error);
    throw new DatabaseError({ ...failure, message: `Migration ${name} failed: ${failure.message}` }, { cause: error });
  }
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
