import type { FastifyInstance } from 'fastify';
import { serializerCompiler, validatorCompiler, type ZodTypeProvider } from 'fastify-type-provider-zod';
import { ERRORS } from '@ovation/protocol';
import { z } from 'zod';
import { HttpProblem } from '../http-problem.ts';
import type { HttpParts } from '../parts.ts';
import { isStorable } from '../unstorable-text.ts';
import { guardInternal } from './guard.ts';
import { readRecords } from './read-records.ts';
import { queryJson, runQuery } from './run-query.ts';

const queryBody = z.object({ sql: z.string().trim().min(1).max(65_536) });

const recordsQuery = z.object({
  topic: z.string().min(1).max(249).refine(isStorable, 'is not the name of a topic'),
  from: z.coerce.number().int().min(0).max(Number.MAX_SAFE_INTEGER).optional(),
  limit: z.coerce.number().int().min(1).max(1_000).default(100),
});

const lettersQuery = z.object({ limit: z.coerce.number().int().min(1).max(1_000).default(100) });

const replayBody = z.union([
  z.strictObject({ key: z.string().min(1).max(512).refine(isStorable, 'is not the key of a letter') }),
  z.strictObject({ all: z.literal(true) }),
]);

/** What `ovation sql`, `ovation log` and `ovation dead-letters` ask of the running server, which holds the lock on the data folder. */
export function internalRoutes(app: FastifyInstance, parts: HttpParts): void {
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);
  app.addHook('onRequest', async (request) => guardInternal(parts.localToken, request));
  const internal = app.withTypeProvider<ZodTypeProvider>();

  internal.post('/sql', { bodyLimit: 262_144, schema: { body: queryBody } }, async (request, reply) => {
    const answer = await runQuery(parts.database, request.body.sql);
    return reply.type('application/json; charset=utf-8').send(queryJson(answer));
  });

  internal.get('/log', { schema: { querystring: recordsQuery } }, async (request) => {
    const { from, limit, topic } = request.query;
    return { data: await readRecords(parts.eventLog, { topic, from, limit }) };
  });

  internal.get('/dead-letters', { schema: { querystring: lettersQuery } }, async (request) => {
    return { data: await parts.deadLetters.list(request.query.limit) };
  });

  internal.post('/dead-letters/replay', { schema: { body: replayBody } }, async (request) => {
    if ('all' in request.body) return parts.deadLetters.replayAll();
    const report = await parts.deadLetters.replay(request.body.key);
    if (!report) throw new HttpProblem(ERRORS.notFound, { text: `There is no dead letter ${request.body.key}` });
    return report;
  });
}
