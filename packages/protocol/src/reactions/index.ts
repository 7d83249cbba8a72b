import { DAY_MS } from '../core/time.ts';
import { defineDomain } from '../domain.ts';
import { reactFrameSchema } from './react-frame.ts';

export * from './activity.ts';
export * from './classic.ts';
export * from './react-frame.ts';
export * from './reaction-batch.ts';

/** Embedded logs use four partitions where clusters use 32 (ruling C35). */
const WIDE = { embedded: 4, cluster: 32 } as const;

export const reactionsDomain = defineDomain({
  name: 'reactions',
  topics: {
    rawEmoteData: { name: 'raw-emote-data', partitions: WIDE, retentionMs: DAY_MS },
    activity: { name: 'activity', partitions: WIDE, retentionMs: DAY_MS },
  },
  frames: [reactFrameSchema],
});
