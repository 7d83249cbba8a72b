import type { FastifyInstance, FastifyRequest, RouteOptions } from 'fastify';
import { serializerCompiler, validatorCompiler } from 'fastify-type-provider-zod';
import type { AccessRule } from '../callers/index.ts';
import type { Clock } from '../ports/clock.ts';
import { callerOf } from './caller.ts';
import { compressAnswers } from './hooks/compress-answers.ts';
import { guardInternal } from './hooks/guard-internal.ts';
import { effectIdOf, keepOneEffect, type OneEffect } from './hooks/keep-one-effect.ts';
import { tagAnswers } from './hooks/tag-answers.ts';
import { channelMakerOf, channelOfToken, requireAnyToken, requirePermission } from './permission.ts';
import type { BoundRoute, RouteContext } from './route.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** what is answered here; undefined for the page's files and for refusals of methods */
    readonly route?: BoundRoute;
  }
}

export interface Registration {
  readonly access: AccessRule;
  readonly idempotency: OneEffect;
  readonly clock: Clock;
  readonly localToken: string | undefined;
}

/** Registers every route with the hooks that its kind has. */
export async function registerRoutes(
  app: FastifyInstance,
  routes: readonly BoundRoute[],
  registration: Registration,
): Promise<void> {
  const groups = Map.groupBy(routes, kindOf);
  await app.register(async (plain) => {
    compressAnswers(plain);
    for (const route of groups.get('plain') ?? []) add(plain, route, registration);
  });
  await app.register(async (resources) => {
    tagAnswers(resources);
    keepOneEffect(resources, registration);
    // Last: what is tagged and kept is the text.
    compressAnswers(resources);
    for (const route of groups.get('resource') ?? []) add(resources, route, registration);
  });
  // Its body is a file of any type, which only the handler reads.
  await app.register(async (files) => {
    files.removeAllContentTypeParsers();
    files.addContentTypeParser('*', (_request, _payload, done) => done(null));
    for (const route of groups.get('file') ?? []) add(files, route, registration);
  });
  await app.register(async (internal) => {
    internal.addHook('onRequest', async (request) => guardInternal(registration.localToken, request));
    compressAnswers(internal);
    for (const route of groups.get('internal') ?? []) add(internal, route, registration);
  });
}

/** `resource`: its answers have an ETag and its POSTs take an `Idempotency-Key`. */
function kindOf({
  class: routeClass,
  path,
  takesFile = false,
}: BoundRoute): 'plain' | 'resource' | 'file' | 'internal' {
  if (takesFile) return 'file';
  if (routeClass === 'internal') return 'internal';
  return path.startsWith('/api/v1/') && routeClass !== 'live' ? 'resource' : 'plain';
}

function contextOf({ access, clock }: Registration): RouteContext {
  return {
    clock,
    callerOf: (request) => callerOf(access, request),
    requirePermission: (request, permission, channel) => requirePermission(access, request, permission, () => channel),
    channelMakerOf: (request, channel) => channelMakerOf(access, request, channel),
    channelOfToken,
    effectIdOf,
  };
}

function add(scope: FastifyInstance, route: BoundRoute, registration: Registration): void {
  // Set here and not for the whole server: plugins have schemas of another kind.
  scope.setValidatorCompiler(validatorCompiler).setSerializerCompiler(serializerCompiler);
  scope.route(optionsOf(route, registration));
}

function optionsOf(route: BoundRoute, registration: Registration): RouteOptions {
  const { access } = registration;
  const { bodyMaxBytes, checks, handler, method, needsAnyToken = false, path, permission } = route;
  const { answers, body, params, query } = checks ?? {};
  const permit = async (request: FastifyRequest) => {
    if (permission)
      await requirePermission(access, request, permission.name, () => permission.channel(request, undefined));
  };
  const isLate = permission?.after === 'body';
  return {
    method,
    url: path,
    config: { route },
    schema: {
      ...(params && { params }),
      ...(query && { querystring: query }),
      ...(body && { body }),
      ...(answers && { response: answers }),
    },
    ...(bodyMaxBytes === undefined ? {} : { bodyLimit: bodyMaxBytes }),
    ...(needsAnyToken ? { onRequest: async (request) => requireAnyToken(access, request) } : {}),
    ...(permission && { [isLate ? 'preHandler' : 'onRequest']: permit }),
    handler: handler(undefined, contextOf(registration)),
  };
}
