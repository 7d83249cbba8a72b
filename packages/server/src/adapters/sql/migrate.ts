import type { Migration } from '../../ports/database.ts';
import type { SqlConnection } from './connection.ts';
import { DatabaseError, describeFailure } from './failure.ts';

/**
 * Runs what table `migrations` does not name yet, in the order of the names, each in its own transaction together with
 * its record. Answers the names that ran.
 */
export async function migrate(connection: SqlConnection, migrations: readonly Migration[]): Promise<string[]> {
  const sorted = migrations.toSorted((a, b) => (a.name < b.name ? -1 : 1));
  const twice = sorted.find(({ name }, index) => sorted[index + 1]?.name === name);
  if (twice) throw new DatabaseError({ message: `Two migrations are named ${twice.name}` });
  await connection.script(
    'create table if not exists migrations (name text primary key, ran_at timestamptz not null default now())',
  );
  const { rows } = await connection.query({ sql: 'select name from migrations', params: [] });
  const recorded = new Set(rows.map((row) => row['name']));
  const missing = sorted.filter(({ name }) => !recorded.has(name));
  for (const migration of missing) await runOne(connection, migration);
  return missing.map(({ name }) => name);
}

async function runOne(connection: SqlConnection, { name, up }: Migration): Promise<void> {
  try {
    const record = `insert into migrations (name) values ('${name.replaceAll("'", "''")}')`;
    await connection.script(`${up}\n;${record}`);
  } catch (error) {
    const failure = describeFailure(error);
    throw new DatabaseError({ ...failure, message: `Migration ${name} failed: ${failure.message}` }, { cause: error });
  }
}
