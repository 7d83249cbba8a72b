import { z } from 'zod';

/** Answer of the preview: what these settings would have given over the last hour of the log. */
export const previewSchema = z.object({
  moments: z.number().int(),
  windows: z.number().int(),
  reactions: z.number().int(),
  /** span that the log really covered, ms; less than an hour on a young channel */
  spanMs: z.number().int(),
});
export type Preview = z.infer<typeof previewSchema>;
