import type { FeedEntry } from '@ovation/protocol';
import type { Database } from '../../ports/database.ts';
import { type FeedRange, readFeeds, readHeads, readRanges } from './read-feeds.ts';

export { feedMigrations } from './migrations.ts';
export { createRelay, type Relay } from './relay-outbox.ts';

/** Ordered flows as the database holds them (flows.md B3). Appending is a unit of work's `appendFeed`. */
export interface Feeds {
  /** Heads and the last `limit` entries of many feeds, oldest first, one query; a missing feed is seq 0. */
  read(feeds: readonly string[], limit: number): Promise<Map<string, { seq: number; entries: FeedEntry[] }>>;
  /** Inclusive ranges of many feeds in one query, by feed and seq. */
  ranges(requests: readonly FeedRange[]): Promise<FeedEntry[]>;
  heads(feeds: readonly string[]): Promise<Map<string, number>>;
}

export function createFeeds({ database }: { database: Database }): Feeds {
  return {
    read: (feeds, limit) => readFeeds(database, feeds, limit),
    ranges: (requests) => readRanges(database, requests),
    heads: (feeds) => readHeads(database, feeds),
  };
}
