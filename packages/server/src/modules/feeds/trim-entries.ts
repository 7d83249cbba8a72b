import { sql } from 'kysely';
import type { Clock } from '../../ports/clock.ts';
import type { Database } from '../../ports/database.ts';

/** As many as a gateway replays: a client that missed more starts again with a snapshot anyway. */
const KEPT_ENTRIES = 300;
/** Feeds of one statement, and rows of one feed that one statement removes: none of them holds the database up. */
const FEEDS_PER_STATEMENT = 100;
const ROWS_PER_FEED = 200;

export interface TrimmerParts {
  readonly database: Database;
  readonly clock: Clock;
  /** entries older than this go, except the newest 300 of each feed */
  readonly keptMs: number;
}

/**
 * Removes old entries of some feeds at each call, feed after feed. A row of `feeds` stays for ever: a number is given once.
 * @returns a function that answers how many went; 0 = it has been through all feeds, and begins again
 */
export function createTrimmer(parts: TrimmerParts): () => Promise<number> {
  let after = '';
  return async () => {
    for (;;) {
      const { last, removed } = await trimSome(parts, after);
      // A feed with more than one statement's worth stays where it is until it has no more.
      if (removed > 0) return removed;
      after = last ?? '';
      if (last === undefined) return 0;
    }
  };
}

/** Entries of a feed age in their order, so the oldest numbers are looked at and no index over times is needed. */
async function trimSome(
  { clock, database, keptMs }: TrimmerParts,
  after: string,
): Promise<{ last: string | undefined; removed: number }> {
  const before = new Date(clock.now() - keptMs).toISOString();
  const { rows } = await sql<{ last: string | null; removed: number }>`
    with chosen as (select feed, seq from feeds where feed > ${after} order by feed limit ${FEEDS_PER_STATEMENT}::int),
    oldest as (
      select o.feed, o.seq, o.created_at from chosen s cross join lateral (
        select e.feed, e.seq, e.created_at from entries e
        where e.feed = s.feed and e.seq <= s.seq - ${KEPT_ENTRIES}::int order by e.seq limit ${ROWS_PER_FEED}::int
      ) o
    ),
    gone as (
      delete from entries e using oldest o
      where e.feed = o.feed and e.seq = o.seq and o.created_at < ${before}::timestamptz
      returning 1
    )
    select (select max(feed) from chosen) as last, (select count(*)::int from gone) as removed
  `.execute(database.sql);
  return { last: rows[0]?.last ?? undefined, removed: rows[0]?.removed ?? 0 };
}
