import { z } from 'zod';

/** Where a feed stands: `seq` is contiguous within an epoch (flows.md B3). */
export interface FeedPosition {
  e: string;
  o: number;
}

/** One entry of a feed as it travels over the live bus and topic `feeds`. */
export const feedEntrySchema = z.object({
  feed: z.string(),
  epoch: z.string(),
  seq: z.number().int().min(1),
  body: z.unknown(),
});
export type FeedEntry = z.infer<typeof feedEntrySchema>;

/** Body of a deleted entry: the entry keeps its place, and its text is gone. */
const tombstoneSchema = z.object({ at: z.string() });

/** Said after a deletion, as an entry of its own: the entry `seq` is a tombstone from now on. Forget what it said. */
export const deletionSchema = z.object({ seq: z.number().int().min(1), at: z.string() });

/** What the entries of every feed may say besides the events of its kind. */
export const markEventSchema = z.discriminatedUnion('y', [
  z.object({ y: z.literal('tombstone'), d: tombstoneSchema }),
  z.object({ y: z.literal('del'), d: deletionSchema }),
]);
