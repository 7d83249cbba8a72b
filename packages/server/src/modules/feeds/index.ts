import { randomUUID } from 'node:crypto';
import type { FeedEntry } from '@ovation/protocol';
import type { Database, UnitOfWork } from '../../ports/database.ts';
import type { Platform } from '../../platform.ts';
import { redactEntry, type EntryName } from './redact-entry.ts';
import { type FeedRange, type FeedState, readFeeds, readHeads, readRanges } from './read-feeds.ts';
import { Sweep } from '../../sweep.ts';
import { callRelay, createRelayCalls } from './call-relay.ts';
import { Lease } from './hold-lease.ts';
import { createRelay, type Relay } from './relay-outbox.ts';
import { feedTables } from './tables.ts';
import { createTrimmer } from './trim-entries.ts';

export { feedMigrations } from './migrations.ts';
export { createRelay, type Relay } from './relay-outbox.ts';
export { Lease } from './hold-lease.ts';

/** Ordered flows as the database holds them (flows.md B3). Appending is a unit of work's `appendFeed`. */
export interface Feeds {
  /** Epoch of the primary now. Answers that were read before it changed are of the epoch before. */
  readonly epoch: string;
  /** Heads and the last `limit` entries of many feeds, oldest first, one query; a missing feed is seq 0. */
  read(feeds: readonly string[], limit: number): Promise<Map<string, FeedState>>;
  /** Inclusive ranges of many feeds in one query, by feed and seq. */
  ranges(requests: readonly FeedRange[]): Promise<FeedEntry[]>;
  heads(feeds: readonly string[]): Promise<Map<string, number>>;
  /**
   * Inside a unit of work: replaces what an entry says by a tombstone with the same seq, and appends a `del` entry, so
   * that gateways mend their rings and clients forget it. Idempotent.
   * @param at instant of the deletion, ms
   * @returns seq of the entry; undefined when the feed has none of this name
   */
  redact(uow: UnitOfWork, name: EntryName, at: number): Promise<number | undefined>;
  /**
   * Inside a unit of work: removes all entries of a feed whose subject is gone. Numbers go on, so followers hear of what is
   * appended next.
   */
  clear(uow: UnitOfWork, feed: string): Promise<void>;
}

export function createFeeds({ database }: { database: Database }): Feeds {
  return {
    get epoch() {
      return database.epoch;
    },
    redact: (uow, name, at) => redactEntry(uow, name, new Date(at).toISOString()),
    async clear(uow, feed) {
      await feedTables(uow.sql).deleteFrom('entries').where('feed', '=', feed).execute();
    },
    read: (feeds, limit) => readFeeds(database, feeds, limit),
    ranges: (requests) => readRanges(database, requests),
    heads: (feeds) => readHeads(database, feeds),
  };
}

/**
 * The data folder's lock lets one process in, so all its starts are one owner: after a kill -9 the next one need not wait
 * for the lease of the one before to run out.
 */
const OWNER = 'embedded';
const DAY_MS = 86_400_000;

/** A process whose owner died waits until the lease runs out; one that is named like it would act beside it. */
function ownerOf({ isShared }: Database): string {
  return isShared ? randomUUID() : OWNER;
}

/** Ordered flows, and what carries them on: the relay to the event log, the sweep that removes old entries. */
export interface FeedsModule {
  readonly feeds: Feeds;
  readonly relay: Relay;
  readonly trimmer: Sweep;
  /** Tells the relay of another process what this one commits, where there may be one. */
  callRelay(): Disposable;
  /** @param name what one process at a time does */
  lease(name: string): Lease;
}

export function createFeedsModule({ bus, clock, config, database, eventLog, logger }: Platform): FeedsModule {
  const owner = ownerOf(database);
  const lease = (name: string) => new Lease({ database, clock, name, owner });
  const calls = database.isShared ? createRelayCalls({ bus, logger }) : undefined;
  const relay = createRelay({ database, eventLog, clock, logger, owner, calls });
  const step = createTrimmer({ database, clock, keptMs: config.retention.feedDays * DAY_MS });
  return {
    feeds: createFeeds({ database }),
    relay,
    callRelay: () =>
      calls ? callRelay({ bus, clock, database, isLeading: () => relay.isLeading }) : { [Symbol.dispose]: () => {} },
    trimmer: new Sweep({ what: 'feed entries', clock, logger, lease: lease('sweep entries'), step }),
    lease,
  };
}
