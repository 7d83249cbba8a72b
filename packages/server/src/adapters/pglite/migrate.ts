import type { Migration } from '../../ports/database.ts';
import { DatabaseError, describeFailure } from './failure.ts';
import type { ThreadLink } from './thread/thread-link.ts';

/**
 * Runs what table `migrations` does not name yet, in the order of the names, each in its own transaction together with
 * its record. Answers the names that ran.
 */
export async function migrate(link: ThreadLink, migrations: readonly Migration[]): Promise<string[]> {
  const sorted = migrations.toSorted((a, b) => (a.name < b.name ? -1 : 1));
  const twice = sorted.find(({ name }, index) => sorted[index + 1]?.name === name);
  if (twice) throw new DatabaseError({ message: `Two migrations are named ${twice.name}` });
  await link.request({
    kind: 'script',
    sql: 'create table if not exists migrations (name text primary key, ran_at timestamptz not null default now())',
  });
  const { rows } = await link.request({ kind: 'query', session: 0, sql: 'select name from migrations', params: [] });
  const recorded = new Set(rows.map((row) => row['name']));
  const missing = sorted.filter(({ name }) => !recorded.has(name));
  for (const migration of missing) await runOne(link, migration);
  return missing.map(({ name }) => name);
}

async function runOne(link: ThreadLink, { name, up }: Migration): Promise<void> {
  try {
    const record = `insert into migrations (name) values ('${name.replaceAll("'", "''")}')`;
    await link.request({ kind: 'script', sql: `${up}\n;${record}` });
  } catch (error) {
    const failure = describeFailure(error);
    throw new DatabaseError({ ...failure, message: `Migration ${name} failed: ${failure.message}` }, { cause: error });
  }
}
