import { existsSync, readFileSync } from 'node:fs';
import { PGlite } from '@electric-sql/pglite';
import { Kysely, PGliteDialect } from 'kysely';
import type {
  AppendedFeedEntry,
  Database,
  Migration,
  NewOutboxRecord,
  NoTables,
  UnitOfWork,
} from '../../src/ports/database.ts';
import { openSettings } from '../../src/adapters/pglite/thread/open-settings.ts';

/** An initialised data folder (scripts/build-template.ts): without it every database runs initdb, which takes seconds. */
const TEMPLATE = new URL('../../build/template.tar.gz', import.meta.url);

/** For tests: the port over a PostgreSQL in memory, which shows what units of work committed. */
export interface MemoryDatabase extends Database {
  readonly feedEntries: AppendedFeedEntry[];
  readonly outbox: NewOutboxRecord[];
  /** statements outside units of work */
  statements(): number;
}

export async function createMemoryDatabase(migrations: readonly Migration[]): Promise<MemoryDatabase> {
  const template = existsSync(TEMPLATE) ? { loadDataDir: new Blob([readFileSync(TEMPLATE)]) } : {};
  const server = await PGlite.create({ ...openSettings(), ...template });
  for (const migration of migrations) await server.exec(migration.up);
  let statements = 0;
  const sql = new Kysely<NoTables>({
    dialect: new PGliteDialect({ pglite: server }),
    log: () => {
      statements += 1;
    },
  });
  const feedEntries: AppendedFeedEntry[] = [];
  const outbox: NewOutboxRecord[] = [];

  async function unitOfWork<T>(work: (uow: UnitOfWork) => Promise<T>): Promise<T> {
    const feeds: AppendedFeedEntry[] = [];
    const records: NewOutboxRecord[] = [];
    const result = await sql.transaction().execute((transaction) =>
      work({
        sql: transaction,
        appendFeed: (entry) => feeds.push({ ...entry, epoch: 'test.1', seq: feedEntries.length + feeds.length + 1 }),
        appendOutbox: (record) => records.push(record),
      }),
    );
    feedEntries.push(...feeds);
    outbox.push(...records);
    return result;
  }

  return {
    sql,
    readSql: sql,
    isShared: false,
    epoch: 'test.1',
    renewEpoch: () => Promise.resolve('test.2'),
    feedEntries,
    outbox,
    statements: () => statements,
    unitOfWork,
    onFeedEntries: () => ({ [Symbol.dispose]: () => {} }),
    onOutbox: () => ({ [Symbol.dispose]: () => {} }),
    ping: () => Promise.resolve(),
    [Symbol.asyncDispose]: () => sql.destroy(),
  };
}
