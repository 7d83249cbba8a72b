import { ERRORS, isStorable } from '@ovation/protocol';
import { z } from 'zod';
import { HttpProblem } from '../../http/answers/http-problem.ts';
import { wholeNumber } from '../../http/query-values.ts';
import { type Route, routeOf } from '../../http/route.ts';
import { type DeadLetterBox, listedLetter, replayReport } from './index.ts';

interface DeadLetterDoors {
  readonly 'dead-letters': DeadLetterBox;
}

const lettersQuery = z.object({ limit: wholeNumber({ least: 1, most: 1_000 }).default(100) });

const letterList = z.object({ data: z.array(listedLetter) });

const KEY_MAX = 512;

const replayBody = z.union([
  z.strictObject({ key: z.string().min(1).max(KEY_MAX).refine(isStorable, 'is not the key of a letter') }),
  z.strictObject({ all: z.literal(true) }),
]);

const route = routeOf<DeadLetterDoors>();

/** What `ovation dead-letters` asks of the running server, which holds the lock on the data folder. */
export const routes: readonly Route<DeadLetterDoors>[] = [
  route({
    method: 'GET',
    path: '/internal/dead-letters',
    role: 'any',
    class: 'internal',
    summary: 'Records that were set aside, newest first',
    checks: { query: lettersQuery },
    describes: { answers: { 200: letterList } },
    handler:
      ({ 'dead-letters': letters }) =>
      async (request) => ({ data: await letters.list(request.query.limit) }),
  }),
  route({
    method: 'POST',
    path: '/internal/dead-letters/replay',
    role: 'any',
    class: 'internal',
    summary: 'Send one or all of them back to their topics, once',
    checks: { body: replayBody },
    describes: { answers: { 200: replayReport } },
    example: () => ({ all: true }),
    handler:
      ({ 'dead-letters': letters }) =>
      async ({ body }) => {
        if ('all' in body) return letters.replayAll();
        const report = await letters.replay(body.key);
        if (!report) throw new HttpProblem(ERRORS.notFound, { text: `There is no dead letter ${body.key}` });
        return report;
      },
  }),
];
