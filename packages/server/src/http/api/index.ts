import type { FastifyInstance } from 'fastify';
import { serializerCompiler, validatorCompiler, type ZodTypeProvider } from 'fastify-type-provider-zod';
import type { HttpParts } from '../parts.ts';
import { tagAnswers } from './answer-tag.ts';
import type { RouteSchemas } from '../openapi/operation.ts';
import { collectSchemas, documentRoute } from '../openapi/routes.ts';
import { broadcastRoutes } from './broadcast-routes.ts';
import { channelRoutes } from './channel-routes.ts';
import { keepOneEffect } from './one-effect.ts';
import { reactionRoutes } from './reaction-routes.ts';
import { settingsRoutes } from './settings-routes.ts';

/** `/api/v1`; answers the schemas of its routes. The zod compilers stay in this scope: at the root they break plugins with plain JSON schemas. */
export function apiRoutes(app: FastifyInstance, parts: HttpParts): ReadonlyMap<string, RouteSchemas> {
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);
  const schemas = collectSchemas(app);
  tagAnswers(app);
  keepOneEffect(app, parts);
  const api = app.withTypeProvider<ZodTypeProvider>();
  channelRoutes(api, parts);
  settingsRoutes(api, parts);
  broadcastRoutes(api, parts);
  reactionRoutes(api, parts);
  documentRoute(app, schemas);
  return schemas;
}
