import { z } from 'zod';

/** Where a page of a list stands. `next` goes into `?after=` and is nobody's to read; null on the last page. */
export const paginationSchema = z.object({
  limit: z.number().int(),
  hasNext: z.boolean(),
  next: z.string().nullable(),
});
export type Pagination = z.infer<typeof paginationSchema>;
