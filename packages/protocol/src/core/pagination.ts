import { z } from 'zod';

/** The place of a page in its list. `next` goes into `?after=` as it is and has no meaning for clients; null on the last page. */
export const paginationSchema = z.object({
  limit: z.number().int(),
  hasNext: z.boolean(),
  next: z.string().nullable(),
});
export type Pagination = z.infer<typeof paginationSchema>;
