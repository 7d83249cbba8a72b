import type { Moment } from '@ovation/protocol';
import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { feedMigrations } from '../../src/modules/feeds/index.ts';
import { createMonthKeeper } from '../../src/modules/moments/keep-months.ts';
import { momentMigrations } from '../../src/modules/moments/migrations.ts';
import { pageMoments } from '../../src/modules/moments/page-moments.ts';
import { createPartitionStore } from '../../src/modules/moments/partition-store.ts';
import { createRemover } from '../../src/modules/moments/remove-old.ts';
import type { Database, Migration } from '../../src/ports/database.ts';
import { createManualClock } from '../support/manual-clock.ts';

const MONTHS = 'moments-006-months';
/** The tables of its months are made by the test alone: the migration makes those of today. */
const JULY_2031 = Date.UTC(2031, 6, 31, 12);

/**
 * Moments of the classic rule by month (S2-08), over any database.
 * @param create answers a function that opens a database of its own; the same one at every call
 * @param planRows with which plans are looked at, 50,000 or a multiple
 */
export function describeMomentMonths(
  name: string,
  create: () => Promise<(migrations: readonly Migration[]) => Promise<Database>>,
  planRows: number,
): void {
  const openNew = async () => (await create())([...feedMigrations, ...momentMigrations]);

  describe(`months of moments over ${name}`, () => {
    it('hold what was there before them, each row in its own', async () => {
      const open = await create();
      const old = await open([...feedMigrations, ...momentMigrations.filter((one) => one.name !== MONTHS)]);
      await insert(old, 'last', '2025-12-31T23:59:59.999Z');
      await insert(old, 'first', '2026-01-01T00:00:00Z');
      await insert(old, 'ancient', '1999-07-01T00:00:00Z');
      const before = await allRows(old);
      await old[Symbol.asyncDispose]();
      await using database = await open([...feedMigrations, ...momentMigrations]);
      expect(await allRows(database)).toEqual(before);
      expect(await places(database)).toEqual({ last: '2025_12', first: '2026_01', ancient: '1999_07' });
      const { rows } = await sql<{ name: string }>`
        select indexname as name from pg_indexes where tablename = 'significant_moments' order by 1
      `.execute(database.sql);
      expect(rows.map((row) => row.name)).toEqual([
        'idx_moments_channel',
        'idx_moments_emote',
        'idx_moments_page',
        'idx_moments_timestamp',
        'significant_moments_pkey',
      ]);
    });

    it('are made ahead, and take what came before they were there', async () => {
      await using database = await openNew();
      await insert(database, 'a', '2031-07-31T00:00:00Z');
      await insert(database, 'b', '2031-10-31T23:59:59.999Z');
      await insert(database, 'c', '2031-11-01T00:00:00Z');
      expect(await places(database)).toEqual({ a: 'rest', b: 'rest', c: 'rest' });
      const keep = keeperOf(database, JULY_2031);
      expect(await keep()).toBe(0);
      expect(await keep()).toBe(0);
      expect(await places(database)).toEqual({ a: '2031_07', b: '2031_10', c: 'rest' });
      expect((await monthNames(database)).filter((month) => month.startsWith('2031'))).toEqual([
        '2031_07',
        '2031_08',
        '2031_09',
        '2031_10',
      ]);
    });

    it('are dropped when all of them is too old, and lose single rows before', async () => {
      await using database = await openNew();
      await keeperOf(database, JULY_2031)();
      await insert(database, 'old', '2031-07-01T00:00:00Z');
      await insert(database, 'stray', '1970-01-01T00:00:00Z');
      await insert(database, 'end', '2031-07-31T23:59:59.999Z');
      await insert(database, 'next', '2031-08-01T00:00:00Z');
      const remove = (now: number) => drain(removerOf(database, now, 10));
      await remove(Date.UTC(2031, 7, 5));
      expect(await places(database)).toEqual({ end: '2031_07', next: '2031_08' });
      const keep = (now: number) => drain(keeperOf(database, now, 10));
      await keep(Date.UTC(2031, 7, 10));
      expect(await monthNames(database)).toContain('2031_07');
      await keep(Date.UTC(2031, 7, 11));
      expect(await monthNames(database)).not.toContain('2031_07');
      expect(await places(database)).toEqual({ next: '2031_08' });
    });

    it('stay for ever when moments do', async () => {
      await using database = await openNew();
      await insert(database, 'ancient', '1999-07-01T00:00:00Z');
      await keeperOf(database, JULY_2031)();
      await drain(removerOf(database, JULY_2031, Number.POSITIVE_INFINITY));
      expect(await places(database)).toEqual({ ancient: 'rest' });
    });

    it('keep an id unique: revisions change the one row, in whichever month it lies', async () => {
      await using database = await openNew();
      const place = { topic: 'activity', topicId: 'a', partition: 0, aggregatedTopic: 'aggregated' };
      const store = createPartitionStore({ database, ...place });
      const { generation } = await store.takeOver();
      const starts = ['2031-07-31T23:59:00.000Z', '2031-08-01T00:00:00.000Z', '2026-01-05T00:00:00.000Z'];
      await store.publish(
        generation,
        starts.map((start) => revision(start, 1)),
      );
      await keeperOf(database, JULY_2031)();
      await store.publish(
        generation,
        starts.map((start) => revision(start, 2)),
      );
      await store.publish(
        generation,
        starts.flatMap((start) => [revision(start, 1), revision(start, 2)]),
      );
      const { rows } = await sql`select id, rev, count from significant_moments order by id`.execute(database.sql);
      expect(rows).toEqual(starts.toSorted().map((start) => ({ id: start, rev: 2, count: 2 })));
      const { rows: entries } = await sql`select count(*) as n from entries`.execute(database.sql);
      expect(entries).toEqual([{ n: 6 }]);
    });

    it('are read by month and by index (S2-08)', async () => {
      await using database = await openNew();
      for (let month = 0; month < 12; month += 1) await keeperOf(database, Date.UTC(2031, month, 15))();
      const chunk = 50_000;
      for (let from = 0; from < planRows; from += chunk) {
        await sql`
          insert into significant_moments (id, emote, "timestamp", count, total, ratio, created_at, channel, rev, body)
          select md5(n::text), 'emote-' || n % 500, at, 1, 2, 0.5, at, 'channel-' || n % 100, 1, '{}'
          from (
            select n, '2031-01-01T00:00Z'::timestamptz + n * interval '364 days' / ${planRows}::int as at
            from generate_series(${from}::int, ${from + chunk - 1}::int) n
          ) made`.execute(database.sql);
      }
      await sql`analyze significant_moments`.execute(database.sql);
      const select = 'select id, emote, "timestamp" from significant_moments where';
      const aDay = `"timestamp" >= '2031-03-01T00:00Z' and "timestamp" < '2031-03-02T00:00Z'`;
      expect(await explain(database, `${select} ${aDay}`)).toEqual({
        tables: ['significant_moments_2031_03'],
        indexes: ['significant_moments_2031_03_timestamp_idx'],
      });
      const aMonth = `"timestamp" >= '2031-03-01T00:00Z' and "timestamp" < '2031-04-01T00:00Z'`;
      expect(await explain(database, `${select} emote = 'emote-7' and ${aMonth}`)).toEqual({
        tables: ['significant_moments_2031_03'],
        indexes: ['significant_moments_2031_03_emote_idx'],
      });
      const all = await explain(database, `${select} emote = 'emote-7'`);
      expect(all.tables.filter((table) => table.includes('_2031_'))).toHaveLength(12);
      expect(all.indexes.filter((index) => /_2031_\d\d_emote_idx$/.test(index))).toHaveLength(12);
      const page = await pageMoments(database, 'channel-7', { limit: 50 });
      expect(page.next).toBeDefined();
      expect(page.moments).toHaveLength(50);
    });
  });
}

/** Nodes of a plan, the outermost first. */
interface Plan {
  readonly 'Node Type': string;
  readonly 'Relation Name'?: string;
  readonly 'Index Name'?: string;
  readonly Plans?: readonly Plan[];
}

const nodesOf = (plan: Plan): Plan[] => [plan, ...(plan.Plans ?? []).flatMap(nodesOf)];

async function explain(database: Database, query: string): Promise<{ tables: string[]; indexes: string[] }> {
  const { rows } = await sql<{ 'QUERY PLAN': [{ Plan: Plan }] }>`explain (format json) ${sql.raw(query)}`.execute(
    database.sql,
  );
  const nodes = nodesOf(rows[0]?.['QUERY PLAN'][0].Plan ?? expect.unreachable());
  const tables = nodes.flatMap((node) => node['Relation Name'] ?? []);
  const indexes = nodes.flatMap((node) => node['Index Name'] ?? []);
  return { tables: [...new Set(tables)].toSorted(), indexes: [...new Set(indexes)].toSorted() };
}

function insert(database: Database, id: string, at: string) {
  return sql`
    insert into significant_moments (id, emote, "timestamp", count, total, ratio, channel, rev, body, created_at)
    values (${id}, '🔥', ${at}, 1, 1, 1, 'alice', 1, '{}', ${at})`.execute(database.sql);
}

async function allRows(database: Database): Promise<unknown[]> {
  return (await sql`select * from significant_moments order by "timestamp"`.execute(database.sql)).rows;
}

/** In which month each row lies. */
async function places(database: Database): Promise<Record<string, string>> {
  const { rows } = await sql<{ id: string; place: string }>`
    select id, replace(tableoid::regclass::text, 'significant_moments_', '') as place from significant_moments
  `.execute(database.sql);
  return Object.fromEntries(rows.map(({ id, place }) => [id, place]));
}

async function monthNames(database: Database): Promise<string[]> {
  const { rows } = await sql<{ name: string }>`
    select replace(inhrelid::regclass::text, 'significant_moments_', '') as name
    from pg_inherits where inhparent = 'significant_moments'::regclass order by 1
  `.execute(database.sql);
  return rows.map((row) => row.name);
}

function keeperOf(database: Database, nowMs: number, momentDays = Number.POSITIVE_INFINITY) {
  const lease = { guard: () => Promise.resolve() };
  return createMonthKeeper({ database, clock: createManualClock(nowMs), momentDays, lease });
}

function removerOf(database: Database, nowMs: number, momentDays: number) {
  const retention = { momentDays, audienceMomentDays: momentDays, windowDays: momentDays };
  return createRemover({ database, clock: createManualClock(nowMs), retention });
}

async function drain(step: () => Promise<number>): Promise<void> {
  while ((await step()) > 0);
}

function revision(windowStart: string, rev: number): Moment {
  return {
    id: windowStart,
    rev,
    channel: 'alice',
    broadcastId: null,
    detector: 'ratio',
    emote: 'unicode:1f525',
    display: '🔥',
    windowStart,
    count: rev,
    total: 2,
    ratio: 0.5,
    final: false,
    holds: true,
    settingsVersion: 1,
    detectedAt: Date.parse(windowStart),
  };
}
