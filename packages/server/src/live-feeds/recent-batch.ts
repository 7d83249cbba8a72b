import type { FeedEntry } from '@ovation/protocol';
import type { FeedReader } from './gap-filler.ts';

/** Entries that are read with a head, and the longest replay: beyond it a snapshot is cheaper. */
export const RECENT_MAX_ENTRIES = 300;

/** A feed as the primary store has it: seq of its last entry, and its newest entries, ascending. */
export interface RecentEntries {
  readonly epoch: string;
  readonly seq: number;
  readonly entries: readonly FeedEntry[];
}

/** Reads all feeds that are asked for in the same turn with one query: restarts open many at once. */
export class RecentBatch {
  readonly #feeds: Pick<FeedReader, 'read' | 'epoch'>;
  #asked = new Map<string, PromiseWithResolvers<RecentEntries>>();

  constructor(feeds: Pick<FeedReader, 'read' | 'epoch'>) {
    this.#feeds = feeds;
  }

  /** Head and newest entries of the feed; seq 0 when there are none. */
  recent(feed: string): Promise<RecentEntries> {
    if (this.#asked.size === 0) setImmediate(() => void this.#read());
    const asked = this.#asked.get(feed) ?? Promise.withResolvers<RecentEntries>();
    this.#asked.set(feed, asked);
    return asked.promise;
  }

  async #read(): Promise<void> {
    const asked = this.#asked;
    this.#asked = new Map();
    try {
      const recent = await this.#feeds.read([...asked.keys()], RECENT_MAX_ENTRIES);
      const { epoch } = this.#feeds;
      for (const [feed, { resolve }] of asked) resolve(recent.get(feed) ?? { epoch, seq: 0, entries: [] });
    } catch (error) {
      for (const { reject } of asked.values()) reject(error);
    }
  }
}
