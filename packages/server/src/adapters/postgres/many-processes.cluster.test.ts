import { sql } from 'kysely';
import { describe, expect, it, onTestFinished } from 'vitest';
import { emptyDatabase, openPostgres } from '../../../test/services/open-postgres.ts';
import { hasPgbouncer, startPgbouncer } from '../../../test/services/pgbouncer.ts';
import { query } from '../../../test/services/postgres-database.ts';
import { readMigrations } from '../../modules/migrations.ts';
import type { AppendedFeedEntry } from '../../ports/database.ts';

const isInstalled = await hasPgbouncer();

describe('processes on one PostgreSQL database', () => {
  it('start ten at once on an empty one: it is made once, and all have one identity', async () => {
    const url = await emptyDatabase();
    const migrations = await readMigrations();
    const opened = await Promise.all(Array.from({ length: 10 }, () => openPostgres(url, { migrations, poolSize: 2 })));
    const epochs = new Set(opened.map(({ database }) => database.epoch));
    expect(epochs.size).toBe(1);
    const { rows } = await sql<{ n: number }>`select count(*) as n from migrations`.execute(
      opened[0]?.database.sql ?? expect.unreachable(),
    );
    expect(rows[0]?.n).toBeGreaterThanOrEqual(migrations.length);
    expect((await openPostgres(url, { migrations })).database.epoch).toBe([...epochs][0]);
  });

  it.runIf(isInstalled)('start ten at once behind pgbouncer, and append without a hole', async () => {
    const pgbouncer = await startPgbouncer(await emptyDatabase());
    onTestFinished(() => pgbouncer[Symbol.asyncDispose]());
    const migrations = await readMigrations();
    const opening = Array.from({ length: 10 }, () => openPostgres(pgbouncer.address, { migrations, poolSize: 4 }));
    const opened = await Promise.all(opening);
    expect(new Set(opened.map(({ database }) => database.epoch)).size).toBe(1);
    const appending = opened.flatMap(({ database }, process) =>
      Array.from({ length: 10 }, (_, n) =>
        database.unitOfWork(async (uow) => uow.appendFeed({ feed: 'room', key: `${process}/${n}`, body: n })),
      ),
    );
    await Promise.all(appending);
    const [row] = await query(pgbouncer.address, 'select count(*)::int as n, max(seq)::int as last from entries');
    expect(row).toEqual({ n: 100, last: 100 });
  });

  it('compare text by code point, also where the database has the order of a language', async () => {
    const url = await emptyDatabase('en-US');
    const migrations = await readMigrations();
    const { database } = await openPostgres(url, { migrations });
    const { rows: others } = await sql`
      select c.relname, a.attname from pg_attribute a join pg_class c on c.oid = a.attrelid
        join pg_collation l on l.oid = a.attcollation
      where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and a.attnum > 0 and l.collname <> 'C'
    `.execute(database.sql);
    expect(others).toEqual([]);
    const names = ['b', 'a-b', 'B', 'ab', 'a b', 'ä', 'a_b'];
    for (const name of names) await sql`insert into channels (name) values (${name})`.execute(database.sql);
    const { rows } = await sql<{ name: string }>`select name from channels order by name`.execute(database.sql);
    expect(rows.map(({ name }) => name)).toEqual([...names, 'default'].toSorted());
    // A second start finds nothing to do.
    await openPostgres(url, { migrations });
  });

  it('append without a hole and without a deadlock: 20 writers, three feeds in mixed order, two processes', async () => {
    const url = await emptyDatabase();
    const processes = [await openPostgres(url, { poolSize: 10 }), await openPostgres(url, { poolSize: 10 })];
    const feeds = ['c', 'a', 'b'];
    const told: AppendedFeedEntry[] = [];
    for (const { database } of processes) database.onFeedEntries((entries) => told.push(...entries));
    const writers = Array.from({ length: 20 }, async (_, writer) => {
      const { database } = processes[writer % 2] ?? expect.unreachable();
      for (let round = 0; round < 20; round += 1) {
        await database.unitOfWork(async (uow) => {
          const order = (writer + round) % 2 === 0 ? feeds : feeds.toReversed();
          for (const feed of order) uow.appendFeed({ feed, key: `${writer}/${round}`, body: { writer } });
        });
      }
    });
    await Promise.all(writers);
    const rows = await query<{ feed: string; head: number; n: number; last: number }>(
      url,
      `select f.feed, f.seq::int as head, count(*)::int as n, max(e.seq)::int as last
       from feeds f join entries e using (feed) group by 1, 2 order by 1`,
    );
    expect(rows).toEqual(['a', 'b', 'c'].map((feed) => ({ feed, head: 400, n: 400, last: 400 })));
    expect(new Set(told.map(({ feed, seq }) => `${feed} ${seq}`)).size).toBe(1_200);
    expect(await deadlocks(url)).toBe(0);
  });

  it('write to one room, 40 writers: every entry has its number', async () => {
    const url = await emptyDatabase();
    const processes = [await openPostgres(url, { poolSize: 20 }), await openPostgres(url, { poolSize: 20 })];
    const startedAt = performance.now();
    const writers = Array.from({ length: 40 }, async (_, writer) => {
      const { database } = processes[writer % 2] ?? expect.unreachable();
      for (let n = 0; n < 25; n += 1) {
        await database.unitOfWork(async (uow) => uow.appendFeed({ feed: 'room', key: `${writer}/${n}`, body: n }));
      }
    });
    await Promise.all(writers);
    process.stdout.write(
      `40 writers, one room: ${Math.round(1_000_000 / (performance.now() - startedAt))} units a second\n`,
    );
    const [row] = await query(
      url,
      `select count(*)::int as n, max(seq)::int as last, min(seq)::int as first from entries`,
    );
    expect(row).toEqual({ n: 1_000, first: 1, last: 1_000 });
    expect(await deadlocks(url)).toBe(0);
  });
});

async function deadlocks(url: string): Promise<number> {
  const text = `select deadlocks::int as n from pg_stat_database where datname = current_database()`;
  return (await query<{ n: number }>(url, text))[0]?.n ?? -1;
}

it('a database that was closed says so, and closing twice is once', async () => {
  const url = await emptyDatabase();
  const { database } = await openPostgres(url, { migrations: [] });
  await database[Symbol.asyncDispose]();
  await database[Symbol.asyncDispose]();
  await expect(sql`select 1`.execute(database.sql)).rejects.toMatchObject({ code: 'database_stopped' });
});
