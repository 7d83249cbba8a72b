import { z } from 'zod';

export const broadcastSchema = z.object({
  id: z.string(),
  channel: z.string(),
  title: z.string(),
  startedAt: z.string(),
  endedAt: z.string().nullable(),
});
export type Broadcast = z.infer<typeof broadcastSchema>;
