import type { FeedEntry } from '@ovation/protocol';
import { Batch } from '../batch.ts';
import type { FeedReader } from './gap-filler.ts';

/** Entries that are read with a head, and the longest replay: beyond it a snapshot is cheaper. */
export const RECENT_MAX_ENTRIES = 300;

/** A feed as the primary store has it: seq of its last entry (0 when there is none), and its newest entries, ascending. */
export interface RecentEntries {
  readonly epoch: string;
  readonly seq: number;
  readonly entries: readonly FeedEntry[];
}

/** Heads and newest entries, many feeds with one query: restarts open many at once. */
export function recentBatch(feeds: Pick<FeedReader, 'read' | 'epoch'>): Batch<RecentEntries> {
  return new Batch(async (names) => {
    const recent = await feeds.read(names, RECENT_MAX_ENTRIES);
    const { epoch } = feeds;
    return (name) => recent.get(name) ?? { epoch, seq: 0, entries: [] };
  });
}
