import type { FeedEntry } from '@ovation/protocol';
import { sql } from 'kysely';
import type { Database } from '../../ports/database.ts';

export interface FeedRange {
  readonly feed: string;
  /** first seq wanted */
  readonly from: number;
  /** last seq wanted */
  readonly to: number;
}

interface EntryRow {
  feed: string;
  seq: number;
  body: unknown;
}

/** Heads and the newest `limit` entries of each feed, oldest first, in one query. */
export async function readFeeds(
  database: Database,
  feeds: readonly string[],
  limit: number,
): Promise<Map<string, { seq: number; entries: FeedEntry[] }>> {
  const answer = new Map(feeds.map((feed) => [feed, { seq: 0, entries: [] as FeedEntry[] }]));
  if (feeds.length === 0) return answer;
  const { rows } = await sql<{ feed: string; head: number; seq: number | null; body: unknown }>`
    select f.feed, f.seq as head, e.seq, e.body
    from feeds f
    left join lateral (
      select seq, body from entries where entries.feed = f.feed order by entries.seq desc limit ${limit}::int
    ) e on true
    where f.feed in (select json_array_elements_text(${JSON.stringify(feeds)}::json))
    order by f.feed, e.seq
  `.execute(database.sql);
  for (const { feed, head, seq, body } of rows) {
    const known = answer.get(feed);
    if (!known) continue;
    known.seq = head;
    if (seq !== null) known.entries.push({ feed, epoch: database.epoch, seq, body });
  }
  return answer;
}

/** Entries of inclusive ranges of many feeds in one query, by feed and seq. What is missing is simply not there. */
export async function readRanges(database: Database, ranges: readonly FeedRange[]): Promise<FeedEntry[]> {
  if (ranges.length === 0) return [];
  const { rows } = await sql<EntryRow>`
    select distinct e.feed, e.seq, e.body::text
    from json_to_recordset(${JSON.stringify(ranges)}::json) r (feed text, "from" bigint, "to" bigint)
    join entries e on e.feed = r.feed and e.seq between r."from" and r."to"
    order by e.feed, e.seq
  `.execute(database.sql);
  return rows.map(({ feed, seq, body }) => ({ feed, epoch: database.epoch, seq, body: JSON.parse(String(body)) }));
}

/** Newest seq of each feed; 0 for a feed that has never had an entry. */
export async function readHeads(database: Database, feeds: readonly string[]): Promise<Map<string, number>> {
  const heads = new Map(feeds.map((feed) => [feed, 0]));
  if (feeds.length === 0) return heads;
  const { rows } = await sql<{ feed: string; seq: number }>`
    select feed, seq from feeds where feed in (select json_array_elements_text(${JSON.stringify(feeds)}::json))
  `.execute(database.sql);
  for (const { feed, seq } of rows) heads.set(feed, seq);
  return heads;
}
