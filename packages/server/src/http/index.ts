import { ERRORS } from '@ovation/protocol';
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { answerError } from './answer-error.ts';
import { analysisRoutes } from './api/analysis-routes.ts';
import { apiRoutes } from './api/index.ts';
import { guardBrowsers } from './browser-safety.ts';
import { classicEmotesRoute } from './classic/emotes-route.ts';
import { classicMomentsRoute } from './classic/moments-route.ts';
import { classicSettingsRoutes } from './classic/settings-routes.ts';
import { probeRoutes } from './health.ts';
import { HttpProblem } from './http-problem.ts';
import { internalRoutes } from './internal/index.ts';
import { liveRoutes } from './live-routes.ts';
import { limitRequests } from './limits/limit-requests.ts';
import { logRequests } from './log-requests.ts';
import { docsRoutes } from './openapi/routes.ts';
import type { HttpParts } from './parts.ts';
import { takeOnlyJson } from './read-json.ts';
import { collectMethods, refuseOtherMethods } from './refuse-methods.ts';
import { requestIdOf } from './request-id.ts';
import { UPLOAD_MS, limitArrival } from './limit-arrival.ts';
import { StorageWatch } from './storage-watch.ts';
import { webRoutes } from './web/index.ts';

export { type RouteEntry, routeTable } from './route-table.ts';

const BODY_MAX_BYTES = 65_536;

/** The HTTP server with all its routes, ready to `listen`. Sockets are the gateway's: mount it on `app.server`. */
export async function createHttp(given: HttpParts): Promise<FastifyInstance> {
  const storage = new StorageWatch(given.clock, given.hasRoom?.bind(given));
  const parts: HttpParts = { ...given, onDiskFull: () => storage.refused() };
  const app = Fastify({
    logger: false,
    genReqId: requestIdOf,
    bodyLimit: BODY_MAX_BYTES,
    requestTimeout: UPLOAD_MS,
    forceCloseConnections: 'idle',
    frameworkErrors: (error, request, reply) => {
      // Addresses that cannot even be decoded: no hook runs for them.
      setCommonHeaders(request, reply);
      void answerError(parts, error, request, reply);
    },
  });
  app.setErrorHandler((error, request, reply) => answerError(parts, error, request, reply));
  logRequests(app, parts);
  addCommonHooks(app, parts);
  limitArrival(app);
  takeOnlyJson(app);
  const methods = collectMethods(app, parts.onRoute?.bind(parts));
  classicSettingsRoutes(app, parts);
  classicEmotesRoute(app, parts);
  classicMomentsRoute(app, parts);
  probeRoutes(app, parts, storage);
  liveRoutes(app, parts);
  await app.register(
    async (api) => {
      docsRoutes(app, apiRoutes(api, parts));
    },
    { prefix: '/api/v1' },
  );
  // In a scope of its own: its body is a file of any type, and its effect is none.
  await app.register(async (files) => analysisRoutes(files, parts), { prefix: '/api/v1' });
  await app.register(async (internal) => internalRoutes(internal, parts), { prefix: '/internal' });
  await app.register(async (web) => webRoutes(web, parts));
  refuseOtherMethods(app, methods);
  await app.ready();
  return app;
}

function addCommonHooks(app: FastifyInstance, parts: HttpParts): void {
  app.addHook('onRequest', async (request, reply) => {
    setCommonHeaders(request, reply);
    // No handler would take the body of an unknown address; its type and size are nobody's concern.
    if (request.is404 && request.method !== 'GET' && request.method !== 'HEAD') throw new HttpProblem(ERRORS.notFound);
  });
  guardBrowsers(app, parts);
  limitRequests(app, parts);
}

function setCommonHeaders(request: FastifyRequest, reply: FastifyReply): void {
  void reply.header('x-request-id', request.id).header('x-content-type-options', 'nosniff');
}
