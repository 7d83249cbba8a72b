import { HOUR_MS } from '../core/time.ts';
import { defineDomain } from '../domain.ts';
import { FEED_FRAMES } from './native.ts';

export { deletionSchema, type FeedEntry, feedEntrySchema, type FeedPosition, markEventSchema } from './feeds.ts';
export * from './names.ts';
export * from './native.ts';

export const feedsDomain = defineDomain({
  name: 'feeds',
  topics: { feeds: { name: 'feeds', partitions: 12, retentionMs: HOUR_MS } },
  frames: FEED_FRAMES,
});
