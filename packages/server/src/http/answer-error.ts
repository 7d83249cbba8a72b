import { CLASSIC_TEXTS, ERRORS, type ErrorEnvelope } from '@ovation/protocol';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { HttpProblem } from './http-problem.ts';
import type { HttpParts } from './parts.ts';
import { problemOf, unavailable } from './problem-of.ts';

/** How long a failed request waits to learn whether the database is what failed. */
const PING_MS = 500;

/** Whether errors of this address have the envelope; the documents' addresses answer `{error: string}` (ruling C22). */
export function hasEnvelope(url: string): boolean {
  return /^\/(?:api|internal)(?:[/?]|$)/.test(url);
}

/** Answers any error in the shape of its address; nothing of an unforeseen one gets out but its request id. */
export async function answerError(
  parts: HttpParts,
  error: unknown,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const problem = problemOf(error) ?? (await unforeseen(parts, error, request));
  if (problem.spec === ERRORS.diskFull) parts.onDiskFull?.();
  if (problem.spec.status >= 500) report(parts, problem.cause ?? error, request);
  reply
    .status(problem.spec.status)
    .headers(problem.headers)
    .header('cache-control', 'no-store')
    .type('application/json; charset=utf-8');
  return reply.send(
    JSON.stringify(
      hasEnvelope(request.url)
        ? envelope(parts, problem, request)
        : { error: classicText(problem), ...problem.classicFields },
    ),
  );
}

/** The documents know one answer for what nobody foresaw (S0-15); ours tells a database that is down apart. */
async function unforeseen(parts: HttpParts, error: unknown, request: FastifyRequest): Promise<HttpProblem> {
  const internal = new HttpProblem(ERRORS.internal, { cause: error });
  if (!hasEnvelope(request.url)) return internal;
  return parts.database.ping(PING_MS).then(
    () => internal,
    () => unavailable(error),
  );
}

function envelope(parts: HttpParts, problem: HttpProblem, request: FastifyRequest): ErrorEnvelope {
  return {
    error: {
      code: problem.spec.code,
      message: problem.message,
      details: [...problem.details],
      timestamp: new Date(parts.clock.now()).toISOString(),
      requestId: request.id,
    },
  };
}

function classicText(problem: HttpProblem): string {
  return problem.spec === ERRORS.malformedJson ? CLASSIC_TEXTS.invalidJson : problem.message;
}

function report(parts: HttpParts, error: unknown, request: FastifyRequest): void {
  parts.metrics.errors.inc({ part: 'http' });
  // The pattern and not the address: a query may carry a token.
  const route = request.routeOptions.url ?? '(none)';
  parts.logger.error({ err: error, requestId: request.id, method: request.method, route }, 'Request failed');
}
