import { ERRORS } from '@ovation/protocol';
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import type { AccessRule } from '../callers/index.ts';
import type { Clock } from '../ports/clock.ts';
import type { Logger } from '../telemetry/logger.ts';
import type { ErrorAnswers } from './answers/answer-error.ts';
import { HttpProblem } from './answers/http-problem.ts';
import { asksForSocket } from './hooks/asks-for-socket.ts';
import { guardBrowsers } from './hooks/guard-browsers.ts';
import type { OneEffect } from './hooks/keep-one-effect.ts';
import { limitArrival, UPLOAD_MS } from './hooks/limit-arrival.ts';
import { limitRequests, type RequestLimits } from './hooks/limit-requests.ts';
import { logRequests } from './hooks/log-requests.ts';
import { takeOnlyJson } from './hooks/read-json.ts';
import { answerUnreadable, refuseTwoHosts } from './hooks/refuse-ambiguous.ts';
import { collectMethods, refuseOtherMethods } from './hooks/refuse-methods.ts';
import { requestIdOf } from './hooks/request-id.ts';
import { referenceDoors, referenceRoutes } from './openapi/reference-routes.ts';
import { registerRoutes } from './register-routes.ts';
import { bindRoutes, type BoundRoute, type RouteInfo } from './route.ts';
import { pageRoute, webRoutes } from './web/index.ts';

export { makeRoom } from './hooks/make-room.ts';
export { ErrorAnswers } from './answers/answer-error.ts';
export { hasTwoHosts, twoHostsAnswer } from './hooks/refuse-ambiguous.ts';
export { type HealthSources, probeRoutes } from './probes/probe-routes.ts';
export { StorageWatch } from './probes/storage-watch.ts';
export { bindRoutes, type BoundRoute, type RouteInfo } from './route.ts';

const BODY_MAX_BYTES = 65_536;
/** A connection that says nothing is closed after this: silent ones must not use up the file descriptors. */
const HEADERS_MS = 10_000;
const CHECK_MS = 2_000;

export interface HttpOptions {
  /** whether it serves the web page, the OpenAPI document and its page */
  readonly hasPages: boolean;
  /** of the modules of this process, bound to what they work on */
  readonly routes: readonly BoundRoute[];
  readonly access: AccessRule;
  readonly limits: RequestLimits;
  readonly idempotency: OneEffect;
  readonly answers: ErrorAnswers;
  readonly clock: Clock;
  readonly logger: Logger;
  /** folder of the built web page, or undefined where none was built */
  readonly webFolder: string | undefined;
  /** whether sockets are mounted on the server; without them every offer of an upgrade is answered as a plain request */
  readonly hasSockets: boolean;
  /** secret of the data folder's owner; without it `/internal` does not exist */
  readonly localToken: string | undefined;
}

/** Every route of a server that has these routes of modules: with the routes of the reference and of the page. */
export function allRoutes(routes: readonly BoundRoute[]): readonly RouteInfo[] {
  return [...withReference(routes), pageRoute];
}

function withReference(routes: readonly BoundRoute[]): readonly BoundRoute[] {
  return [...routes, ...bindRoutes(referenceRoutes, referenceDoors(routes))];
}

/** The HTTP server with all its routes, ready to `listen`. Sockets are the gateway's: mount it on `app.server`. */
export async function createHttp(options: HttpOptions): Promise<FastifyInstance> {
  const { answers } = options;
  const app = Fastify({
    logger: false,
    http: {
      shouldUpgradeCallback: options.hasSockets ? asksForSocket : () => false,
      headersTimeout: HEADERS_MS,
      connectionsCheckingInterval: CHECK_MS,
    },
    genReqId: requestIdOf,
    bodyLimit: BODY_MAX_BYTES,
    requestTimeout: UPLOAD_MS,
    forceCloseConnections: 'idle',
    clientErrorHandler: answerUnreadable,
    frameworkErrors: (error, request, reply) => {
      // Addresses that cannot even be decoded: no hook runs for them.
      setCommonHeaders(request, reply);
      void answers.answer(error, request, reply);
    },
  });
  app.setErrorHandler((error, request, reply) => answers.answer(error, request, reply));
  logRequests(app, options.logger);
  addCommonHooks(app, options);
  limitArrival(app);
  takeOnlyJson(app);
  const methods = collectMethods(app);
  await registerRoutes(app, options.hasPages ? withReference(options.routes) : options.routes, options);
  if (options.hasPages) await app.register(async (web) => webRoutes(web, options));
  else app.setNotFoundHandler((request, reply) => answers.answer(new HttpProblem(ERRORS.notFound), request, reply));
  refuseOtherMethods(app, methods);
  await app.ready();
  return app;
}

function addCommonHooks(app: FastifyInstance, options: HttpOptions): void {
  app.addHook('onRequest', async (request, reply) => {
    setCommonHeaders(request, reply);
    // No handler would take the body of an unknown address, so its type and size are not looked at.
    if (request.is404 && request.method !== 'GET' && request.method !== 'HEAD') throw new HttpProblem(ERRORS.notFound);
  });
  refuseTwoHosts(app);
  guardBrowsers(app, options);
  limitRequests(app, options);
}

function setCommonHeaders(request: FastifyRequest, reply: FastifyReply): void {
  void reply.header('x-request-id', request.id).header('x-content-type-options', 'nosniff');
}
