import { isStorable, TOPICS } from '@ovation/protocol';
import { z } from 'zod';
import { wholeNumber } from '../../http/query-values.ts';
import { type Route, routeOf } from '../../http/route.ts';
import type { Platform } from '../../platform.ts';
import { readRecords, shownRecord } from './read-records.ts';
import { PLACES, readPlaces, writePlaces } from './record-places.ts';
import { queryAnswer, queryJson, runQuery } from './run-query.ts';

interface InspectionDoors {
  readonly platform: Pick<Platform, 'database' | 'eventLog'>;
}

const SQL_MAX_BYTES = 262_144;
const SQL_MAX_LENGTH = 65_536;
/** as in Kafka */
const TOPIC_NAME_MAX = 249;

const queryBody = z.object({ sql: z.string().trim().min(1).max(SQL_MAX_LENGTH) });

const recordsQuery = z.object({
  topic: z
    .string()
    .min(1)
    .max(TOPIC_NAME_MAX)
    .refine(isStorable, 'is not the name of a topic')
    .meta({ examples: [TOPICS.rawEmoteData] }),
  from: z.string().regex(PLACES, 'is an offset, or partition:offset, with commas').optional(),
  limit: wholeNumber({ least: 1, most: 1_000 }).default(100),
});

const recordList = z.object({
  data: z.array(shownRecord),
  next: z.string().describe('`from` of the next page'),
  hasMore: z.boolean().describe('whether that page holds something already'),
});

const route = routeOf<InspectionDoors>();

/** What `ovation sql` and `ovation log` ask of the running server, which holds the lock on the data folder. */
export const routes: readonly Route<InspectionDoors>[] = [
  route({
    method: 'POST',
    path: '/internal/sql',
    role: 'any',
    class: 'internal',
    summary: 'One reading SQL statement, for the owner of the data folder',
    bodyMaxBytes: SQL_MAX_BYTES,
    checks: { body: queryBody },
    describes: { answers: { 200: queryAnswer } },
    example: () => ({ sql: 'select * from settings' }),
    handler:
      ({ platform }) =>
      async (request, reply) => {
        const answer = await runQuery(platform.database, request.body.sql);
        return reply.type('application/json; charset=utf-8').send(queryJson(answer));
      },
  }),
  route({
    method: 'GET',
    path: '/internal/log',
    role: 'any',
    class: 'internal',
    summary: 'Records of a topic, for the owner of the data folder',
    checks: { query: recordsQuery },
    describes: { answers: { 200: recordList } },
    handler:
      ({ platform }) =>
      async (request) => {
        const { from, limit, topic } = request.query;
        const places = from === undefined ? undefined : readPlaces(from);
        const page = await readRecords(platform.eventLog, { topic, from: places, limit });
        return { ...page, next: writePlaces(page.next) };
      },
  }),
];
