import type { FastifyInstance } from 'fastify';
import { requestContext } from '../../telemetry/request-context.ts';
import type { Logger } from '../../telemetry/logger.ts';

/** One line at debug per request, and its id in every line that is written on its behalf (S1-23). */
export function logRequests(app: FastifyInstance, logger: Logger): void {
  app.addHook('onRequest', (request, _reply, done) => requestContext.run({ requestId: request.id }, done));
  // Reading a body comes back in the context of the socket, which may be that of another request.
  app.addHook('preValidation', (request, _reply, done) => requestContext.run({ requestId: request.id }, done));
  app.addHook('onResponse', async (request, reply) => {
    logger.debug(
      {
        requestId: request.id,
        method: request.method,
        // The pattern and not the address: a query may carry a token.
        endpoint: request.routeOptions.url ?? '(none)',
        status: reply.statusCode,
        durationMs: Math.round(reply.elapsedTime * 10) / 10,
      },
      'Request answered',
    );
  });
}
