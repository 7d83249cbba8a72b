import { ERRORS } from '@ovation/protocol';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { AccessRule, Caller } from '../../callers/index.ts';
import { callerOf } from '../caller.ts';
import { HttpProblem } from '../answers/http-problem.ts';
import type { RouteClass } from '../route.ts';

/** What a caller is told about a limit, whether or not it was reached. */
export interface LimitAnswer {
  readonly allowed: boolean;
  readonly policy: {
    /** requests in one window */
    readonly limit: number;
    /** the sentence of a refusal */
    readonly text: string;
  };
  readonly remaining: number;
  /** whole seconds, at least 1; undefined when allowed */
  readonly retryAfterS: number | undefined;
  /** when the whole limit is available again, Unix seconds */
  readonly resetAtS: number;
}

/** How often callers may ask. The module `limits` fills it. */
export interface RequestLimits {
  /** Counts one request; undefined where nothing limits it. `endpoint` is method and path of the route. */
  take(routeClass: RouteClass, endpoint: string, caller: Caller): Promise<LimitAnswer | undefined>;
}

/** Counts every request before anything is done for it, says what is left, and refuses with 429 when nothing is. */
export function limitRequests(
  app: FastifyInstance,
  { access, limits }: { access: AccessRule; limits: RequestLimits },
): void {
  app.addHook('onRequest', async (request, reply) => {
    const endpoint = request.routeOptions.url ?? '(none)';
    const routeClass = classOf(request);
    if (routeClass === undefined) return;
    const answer = await limits.take(routeClass, `${request.method} ${endpoint}`, await callerOf(access, request));
    if (!answer) return;
    tell(reply, answer);
    if (!answer.allowed) throw refusal(answer);
  });
}

/** Addresses and methods of `/api` that do not exist count as well: looking for them is no way around. */
function classOf(request: FastifyRequest): RouteClass | undefined {
  const listed = request.routeOptions.config.route?.class;
  if (listed !== undefined && listed !== 'web') return listed;
  return /^\/api(?:[/?]|$)/.test(request.url) ? 'api' : listed;
}

function tell(reply: FastifyReply, { policy, remaining, resetAtS, retryAfterS }: LimitAnswer): void {
  void reply.headers({
    'x-ratelimit-limit': policy.limit,
    'x-ratelimit-remaining': remaining,
    'x-ratelimit-reset': resetAtS,
    ...(retryAfterS === undefined ? {} : { 'retry-after': retryAfterS }),
  });
}

function refusal({ policy, retryAfterS }: LimitAnswer): HttpProblem {
  return new HttpProblem(ERRORS.tooMany, { text: policy.text, classicFields: { retryAfter: retryAfterS } });
}
