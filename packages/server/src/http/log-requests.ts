import type { FastifyInstance } from 'fastify';
import { requestContext } from '../telemetry/request-context.ts';
import type { HttpParts } from './parts.ts';

/** One line at debug per request, and its id in every line that is written on its behalf (S1-23). */
export function logRequests(app: FastifyInstance, parts: Pick<HttpParts, 'logger'>): void {
  app.addHook('onRequest', (request, _reply, done) => requestContext.run({ requestId: request.id }, done));
  // Reading a body comes back in the context of the socket, which may be that of another request.
  app.addHook('preValidation', (request, _reply, done) => requestContext.run({ requestId: request.id }, done));
  app.addHook('onResponse', async (request, reply) => {
    parts.logger.debug(
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
