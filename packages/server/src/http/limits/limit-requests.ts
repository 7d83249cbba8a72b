import { ERRORS } from '@ovation/protocol';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { LimitAnswer } from '../../modules/limits/index.ts';
import { callerOf } from '../caller.ts';
import { HttpProblem } from '../http-problem.ts';
import type { HttpParts } from '../parts.ts';
import { type RouteClass, routeTable } from '../route-table.ts';
import { choosePolicy } from './choose-policy.ts';

const CLASSES: ReadonlyMap<string, RouteClass> = new Map(
  routeTable.map((route) => [`${route.method} ${route.path}`, route.class]),
);

/** Counts every request before anything is done for it, says what is left, and refuses with 429 when nothing is. */
export function limitRequests(app: FastifyInstance, parts: HttpParts): void {
  app.addHook('onRequest', async (request, reply) => {
    const endpoint = request.routeOptions.url ?? '(none)';
    const routeClass = classOf(request, endpoint);
    if (routeClass === undefined) return;
    const chosen = choosePolicy(routeClass, `${request.method} ${endpoint}`, await callerOf(parts, request));
    const answer = chosen && (await parts.limits.take(chosen.policy, chosen.subject));
    if (!answer) return;
    tell(reply, answer);
    if (!answer.allowed) throw refusal(answer);
  });
}

/** Addresses and methods of `/api` that do not exist count as well: looking for them is no way around. */
function classOf(request: FastifyRequest, endpoint: string): RouteClass | undefined {
  const method = request.method === 'HEAD' ? 'GET' : request.method;
  const listed = CLASSES.get(`${method} ${endpoint}`);
  if (listed !== undefined && listed !== 'web') return listed;
  return /^\/api(?:[/?]|$)/.test(request.url) ? 'api' : listed;
}

function tell(reply: FastifyReply, { policy, remaining, resetAtS, retryAfterS }: LimitAnswer): void {
  void reply.headers({
    'x-ratelimit-limit': policy.burst,
    'x-ratelimit-remaining': remaining,
    'x-ratelimit-reset': resetAtS,
    ...(retryAfterS === undefined ? {} : { 'retry-after': retryAfterS }),
  });
}

function refusal({ policy, retryAfterS }: LimitAnswer): HttpProblem {
  return new HttpProblem(ERRORS.tooMany, { text: policy.text, classicFields: { retryAfter: retryAfterS } });
}
