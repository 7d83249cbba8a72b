import { z } from 'zod';
import { momentSchema } from './moments.ts';
import { settingsSchema } from './settings.ts';

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

export const broadcastSchema = z.object({
  id: z.string(),
  channel: z.string(),
  title: z.string(),
  startedAt: z.string(),
  endedAt: z.string().nullable(),
});
export type Broadcast = z.infer<typeof broadcastSchema>;

/** Bodies of `channel:<name>` entries. */
export const channelEventSchema = z.discriminatedUnion('y', [
  z.object({ y: z.literal('moment'), d: momentSchema }),
  z.object({ y: z.literal('settings'), d: settingsSchema.extend({ version: z.number().int() }) }),
  z.object({ y: z.literal('broadcast'), d: broadcastSchema }),
]);
export type ChannelEvent = z.infer<typeof channelEventSchema>;
