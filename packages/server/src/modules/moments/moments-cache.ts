import { momentSchema } from '@ovation/protocol';
import { z } from 'zod';
import type { AppendedFeedEntry, Database } from '../../ports/database.ts';
import { SharedCache, type SharedCacheParts } from '../../shared-cache/index.ts';
import type { MomentsPage, MomentsWanted } from './page-moments.ts';

/** A list may come from a replica, which may be some seconds behind; a longer life would make it older. */
const TTL_MS = 10_000;
const FEED = 'channel:';

const pageSchema: z.ZodType<MomentsPage> = z.object({
  moments: z.array(momentSchema),
  next: z.object({ at: z.string(), id: z.string() }).optional(),
}) as z.ZodType<MomentsPage>; // JSON leaves `next` out where it is undefined

/** First pages of the moments of a channel, in the store that all nodes share (S2-07). */
export class MomentsCache implements Disposable {
  readonly #cache: SharedCache<MomentsPage>;
  readonly #listening: Disposable;

  constructor(
    parts: Pick<SharedCacheParts<MomentsPage>, 'clock' | 'metrics' | 'store'> & { readonly database: Database },
  ) {
    this.#cache = new SharedCache({ ...parts, name: 'moments', schema: pageSchema, ttlMs: TTL_MS });
    // Heard in the process that commits; the others learn it from the store.
    this.#listening = parts.database.onFeedEntries((entries) => {
      for (const channel of new Set(entries.flatMap(channelOf))) void this.#cache.invalidate(groupOf(channel));
    });
  }

  /** @param ask reads the page */
  page(channel: string, wanted: MomentsWanted, ask: () => Promise<MomentsPage>): Promise<MomentsPage> {
    const { after, broadcastId, detector = 'all', emote, from, limit, to } = wanted;
    const isFirst = [after, broadcastId, emote, from, to].every((part) => part === undefined);
    if (!isFirst) return ask();
    const group = groupOf(channel);
    return this.#cache.get({ group, key: `${group}:${detector}:${limit}` }, ask);
  }

  [Symbol.dispose](): void {
    this.#listening[Symbol.dispose]();
    this.#cache[Symbol.dispose]();
  }
}

function groupOf(channel: string): string {
  return `moments:${channel}`;
}

/** Of an entry that changes what a list shows: a moment, or a channel that begins anew. */
function channelOf({ body, feed }: AppendedFeedEntry): string[] {
  const kind: unknown = typeof body === 'object' && body !== null ? Reflect.get(body, 'y') : undefined;
  return feed.startsWith(FEED) && (kind === 'moment' || kind === 'channel') ? [feed.slice(FEED.length)] : [];
}
