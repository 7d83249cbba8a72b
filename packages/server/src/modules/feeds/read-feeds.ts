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

/** A feed at one moment. */
export interface FeedState {
  readonly epoch: string;
  /** of the last entry, 0 when there never was one */
  seq: number;
  /** oldest first */
  readonly entries: FeedEntry[];
}

interface EntryRow {
  feed: string;
  seq: number;
  body: unknown;
}

/** An answer is of one epoch: when that was renewed meanwhile, the question is asked again. */
async function inOneEpoch<T>(database: Database, ask: (epoch: string) => Promise<T>): Promise<T> {
  for (;;) {
    const { epoch } = database;
    const answer = await ask(epoch);
    if (epoch === database.epoch) return answer;
  }
}

/** Heads and the newest `limit` entries of each feed, oldest first, in one query. */
export async function readFeeds(
  database: Database,
  feeds: readonly string[],
  limit: number,
): Promise<Map<string, FeedState>> {
  if (feeds.length === 0) return new Map();
  return inOneEpoch(database, (epoch) => askFeeds(database, { epoch, feeds, limit }));
}

async function askFeeds(
  database: Database,
  { epoch, feeds, limit }: { epoch: string; feeds: readonly string[]; limit: number },
): Promise<Map<string, FeedState>> {
  const answer = new Map(feeds.map((feed): [string, FeedState] => [feed, { epoch, seq: 0, entries: [] }]));
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
    if (seq !== null) known.entries.push({ feed, epoch, seq, body });
  }
  return answer;
}

/** Entries of inclusive ranges of many feeds in one query, by feed and seq. What is missing is simply not there. */
export async function readRanges(database: Database, ranges: readonly FeedRange[]): Promise<FeedEntry[]> {
  if (ranges.length === 0) return [];
  return inOneEpoch(database, (epoch) => askRanges(database, epoch, ranges));
}

async function askRanges(database: Database, epoch: string, ranges: readonly FeedRange[]): Promise<FeedEntry[]> {
  const { rows } = await sql<EntryRow>`
    select distinct e.feed, e.seq, e.body::text
    from json_to_recordset(${JSON.stringify(ranges)}::json) r (feed text, "from" bigint, "to" bigint)
    join entries e on e.feed = r.feed and e.seq between r."from" and r."to"
    order by e.feed, e.seq
  `.execute(database.sql);
  return rows.map(({ feed, seq, body }) => ({ feed, epoch, seq, body: JSON.parse(String(body)) }));
}

/** Newest seq of each feed; 0 for a feed that has never had an entry. */
export async function readHeads(database: Database, feeds: readonly string[]): Promise<Map<string, number>> {
  if (feeds.length === 0) return new Map();
  return inOneEpoch(database, async () => {
    const heads = new Map(feeds.map((feed) => [feed, 0]));
    const { rows } = await sql<{ feed: string; seq: number }>`
      select feed, seq from feeds where feed in (select json_array_elements_text(${JSON.stringify(feeds)}::json))
    `.execute(database.sql);
    for (const { feed, seq } of rows) heads.set(feed, seq);
    return heads;
  });
}
