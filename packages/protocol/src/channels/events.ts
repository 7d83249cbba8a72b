import { z } from 'zod';
import { markEventSchema } from '../feeds/feeds.ts';
import { momentSchema } from '../moments/moments.ts';
import { broadcastSchema } from './broadcast.ts';
import { settingsSchema } from './settings.ts';

/** Bodies of `channel:<name>` entries. */
export const channelEventSchema = z.discriminatedUnion('y', [
  z.object({ y: z.literal('moment'), d: momentSchema }),
  z.object({ y: z.literal('settings'), d: settingsSchema.extend({ version: z.number().int() }) }),
  z.object({ y: z.literal('broadcast'), d: broadcastSchema }),
  /** it was archived; it takes reactions (again); it was deleted, with everything that was said before */
  z.object({
    y: z.literal('channel'),
    d: z.object({ state: z.enum(['archived', 'open', 'deleted']), at: z.string() }),
  }),
  ...markEventSchema.options,
]);
export type ChannelEvent = z.infer<typeof channelEventSchema>;
