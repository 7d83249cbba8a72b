import { sql } from 'kysely';
import type { Clock } from '../../ports/clock.ts';
import type { Database, UnitOfWork } from '../../ports/database.ts';

/** Months that have their table before the first moment of them comes. */
const MONTHS_AHEAD = 3;
/** Tables are added and dropped alone: what has to wait longer for its turn tries again an hour later. */
const LOCK_TIMEOUT = '2s';

const DAY_MS = 86_400_000;

export interface MonthKeeperParts {
  readonly database: Database;
  readonly clock: Clock;
  /** Infinity = for ever */
  readonly momentDays: number;
  /** throws inside a unit of work when another process has the lease */
  readonly lease: { guard(uow: UnitOfWork): Promise<void> };
}

/** @returns a step that makes the tables of the coming months and drops one that is too old; it answers how many it dropped */
export function createMonthKeeper(parts: MonthKeeperParts): () => Promise<number> {
  const { clock, momentDays } = parts;
  return async () => {
    await makeMonths(parts, clock.now());
    if (!Number.isFinite(momentDays)) return 0;
    return dropOldMonth(parts, new Date(clock.now() - momentDays * DAY_MS));
  };
}

interface Month {
  readonly table: string;
  /** first instant of the next month */
  readonly end: Date;
}

async function makeMonths(parts: MonthKeeperParts, nowMs: number): Promise<void> {
  const now = new Date(nowMs).toISOString();
  await alone(parts, async (uow) => {
    await sql`
      select keep_moments_of(${now}::timestamptz + n * interval '1 month') from generate_series(0, ${MONTHS_AHEAD}::int) n
    `.execute(uow.sql);
  });
}

/** The oldest month that has ended before. */
async function dropOldMonth(parts: MonthKeeperParts, before: Date): Promise<number> {
  const oldest = (await listMonths(parts.database)).find(({ end }) => end <= before);
  if (!oldest) return 0;
  await alone(parts, async (uow) => {
    await sql`drop table if exists ${sql.table(oldest.table)}`.execute(uow.sql);
  });
  return 1;
}

function alone({ database, lease }: MonthKeeperParts, work: (uow: UnitOfWork) => Promise<void>): Promise<void> {
  return database.unitOfWork(async (uow) => {
    await lease.guard(uow);
    await sql.raw(`set local lock_timeout = '${LOCK_TIMEOUT}'`).execute(uow.sql);
    await work(uow);
  });
}

/** The tables of months, the oldest first. */
export async function listMonths(database: Database): Promise<Month[]> {
  const { rows } = await sql<Month>`
    select c.relname as table,
      (to_date(right(c.relname, 7), 'YYYY_MM')::timestamp + interval '1 month') at time zone 'UTC' as "end"
    from pg_inherits i join pg_class c on c.oid = i.inhrelid
    where i.inhparent = 'significant_moments'::regclass and c.relname ~ '_[0-9]{4}_[0-9]{2}$'
    order by c.relname
  `.execute(database.sql);
  return rows;
}
