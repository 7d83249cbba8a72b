import { WEEK_MS } from '../core/time.ts';
import { defineDomain } from '../domain.ts';

export * from './moments.ts';
export * from './preview.ts';

export const momentsDomain = defineDomain({
  name: 'moments',
  topics: { aggregatedEmoteData: { name: 'aggregated-emote-data', partitions: 3, retentionMs: WEEK_MS } },
});
