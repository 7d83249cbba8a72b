import { ERRORS } from '@ovation/protocol';
import type { FastifyInstance } from 'fastify';
import type { AccessRule } from '../../callers/index.ts';
import { HttpProblem } from '../answers/http-problem.ts';

const SAFE_METHODS = new Set(['GET', 'HEAD', 'OPTIONS', 'TRACE']);

/** Asks the rule for pages before anything is done. Streams and polls only read, but they hold a place. */
export function guardBrowsers(app: FastifyInstance, { access }: { access: AccessRule }): void {
  app.addHook('onRequest', async (request) => {
    const isLive = request.routeOptions.config.route?.class === 'live';
    const refusal = access.pageRefusal(request.raw, isLive || !SAFE_METHODS.has(request.method));
    if (refusal) throw new HttpProblem(ERRORS.forbidden, { text: refusal });
  });
}
