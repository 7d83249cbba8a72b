import { ERRORS, isStorable, type Pagination, paginationSchema } from '@ovation/protocol';
import { z } from 'zod';
import { HttpProblem } from './answers/http-problem.ts';
import { instant, wholeNumber } from './query-values.ts';

z.globalRegistry.add(paginationSchema, { id: 'Pagination' });

const PAGE_SIZE = 20;
const ID_MAX = 128;

export const pageQuery = z.object({
  after: z.string().max(1_000).optional().describe('pagination.next of the page before'),
  limit: wholeNumber({ least: 1, most: 100 }).default(PAGE_SIZE),
});

/** Where a page begins: after the entry of this instant and id. Callers send it back as it is and do not read it. */
export interface Cursor {
  /** ISO 8601 UTC */
  readonly at: string;
  readonly id: string;
}

const cursorSchema = z.tuple([instant, z.string().max(ID_MAX).refine(isStorable)]);

function writeCursor({ at, id }: Cursor): string {
  return Buffer.from(JSON.stringify([at, id])).toString('base64url');
}

/** @throws HttpProblem 400 for anything that was not in `pagination.next` */
export function readCursor(text: string | undefined): Cursor | undefined {
  if (text === undefined) return undefined;
  const read = cursorSchema.safeParse(parse(text));
  if (read.success) return { at: read.data[0], id: read.data[1] };
  const reason = 'after must be what pagination.next of the page before said';
  throw new HttpProblem(ERRORS.validation, { details: [{ field: 'after', reason }] });
}

export function paginationOf(limit: number, next: Cursor | undefined): Pagination {
  return { limit, hasNext: next !== undefined, next: next ? writeCursor(next) : null };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(Buffer.from(text, 'base64url').toString());
  } catch {
    return undefined;
  }
}
