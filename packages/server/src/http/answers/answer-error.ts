import { CLASSIC_TEXTS, ERRORS, type ErrorEnvelope } from '@ovation/protocol';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { HttpProblem } from './http-problem.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Database } from '../../ports/database.ts';
import type { Logger } from '../../telemetry/logger.ts';
import type { Metrics } from '../../telemetry/metrics.ts';
import { problemOf, unavailable } from './problem-of.ts';

/** How long a failed request waits to learn whether the database is what failed. */
const PING_MS = 500;

/** Whether errors of this address have the envelope; classic ones answer `{error: string}` (ruling C22). */
export function hasEnvelope(url: string): boolean {
  return /^\/(?:api|internal)(?:[/?]|$)/.test(url);
}

interface AnswerParts {
  readonly clock: Clock;
  readonly database: Pick<Database, 'ping'>;
  readonly logger: Logger;
  readonly metrics: Metrics;
  /** told when the disk refused to store something */
  readonly storage: { refused(): void };
}

/** Answers any error in the shape of its address; nothing of an unforeseen one gets out but its request id. */
export class ErrorAnswers {
  readonly #parts: AnswerParts;

  constructor(parts: AnswerParts) {
    this.#parts = parts;
  }

  async answer(error: unknown, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const problem = problemOf(error) ?? (await this.#unforeseen(error, request));
    if (problem.spec === ERRORS.diskFull) this.#parts.storage.refused();
    if (problem.spec.status >= 500) this.#report(problem.cause ?? error, request);
    reply
      .status(problem.spec.status)
      .headers(problem.headers)
      .header('cache-control', 'no-store')
      .type('application/json; charset=utf-8');
    return reply.send(
      JSON.stringify(
        hasEnvelope(request.url)
          ? this.#envelope(problem, request)
          : { error: classicText(problem), ...problem.classicFields },
      ),
    );
  }

  /** The classic contract has one answer for every unforeseen error (S0-15); the API says when it is the database. */
  async #unforeseen(error: unknown, request: FastifyRequest): Promise<HttpProblem> {
    const internal = new HttpProblem(ERRORS.internal, { cause: error });
    if (!hasEnvelope(request.url)) return internal;
    return this.#parts.database.ping(PING_MS).then(
      () => internal,
      () => unavailable(error),
    );
  }

  #envelope(problem: HttpProblem, request: FastifyRequest): ErrorEnvelope {
    return {
      error: {
        code: problem.spec.code,
        message: problem.message,
        details: [...problem.details],
        timestamp: new Date(this.#parts.clock.now()).toISOString(),
        requestId: request.id,
      },
    };
  }

  #report(error: unknown, request: FastifyRequest): void {
    this.#parts.metrics.errors.inc({ part: 'http' });
    // The pattern and not the address: a query may carry a token.
    const route = request.routeOptions.url ?? '(none)';
    this.#parts.logger.error({ err: error, requestId: request.id, method: request.method, route }, 'Request failed');
  }
}

function classicText(problem: HttpProblem): string {
  return problem.spec === ERRORS.malformedJson ? CLASSIC_TEXTS.invalidJson : problem.message;
}
