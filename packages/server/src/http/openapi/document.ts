import { ERRORS } from '@ovation/protocol';
import type { BoundRoute } from '../route.ts';
import type { JsonObject } from './json-schema.ts';
import { operationOf } from './operation.ts';

/** Routes of the product's API that the document describes; what describes it is not among them. */
export function describedRoutes(routes: readonly BoundRoute[]): BoundRoute[] {
  return routes.filter(({ isHidden = false, path }) => path.startsWith('/api/v1/') && !isHidden);
}

/** The OpenAPI 3.1 document, out of the route table and the schemas that also check requests and answers. */
export function openApiDocument(routes: readonly BoundRoute[]): JsonObject {
  const components: JsonObject = {};
  const paths: Record<string, JsonObject> = {};
  for (const entry of describedRoutes(routes)) {
    const path = entry.path.replaceAll(/:([a-z]+)/g, '{$1}');
    const operation = operationOf(entry, components);
    paths[path] = { ...paths[path], [entry.method.toLowerCase()]: operation };
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Ovation',
      version: '1',
      summary: 'Reactions of a live audience, counted, and the moments in them',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: '/' }],
    paths,
    components: {
      schemas: { ...components, Error: ERROR_SCHEMA },
      responses: {
        Error: {
          description: 'What went wrong; 429 and 503 say in `Retry-After` when to come back',
          content: { 'application/json': { schema: { $ref: '#/components/schemas/Error' } } },
        },
      },
      securitySchemes: { bearer: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' } },
    },
  };
}

const detail = {
  type: 'object',
  properties: { field: { type: 'string' }, reason: { type: 'string' } },
  required: ['field', 'reason'],
};

const ERROR_SCHEMA: JsonObject = {
  type: 'object',
  required: ['error'],
  properties: {
    error: {
      type: 'object',
      required: ['code', 'message', 'details', 'timestamp', 'requestId'],
      properties: {
        code: { type: 'string', enum: Object.values(ERRORS).map(({ code }) => code) },
        message: { type: 'string', description: 'a sentence for people' },
        details: { type: 'array', items: detail },
        timestamp: { type: 'string', format: 'date-time' },
        requestId: { type: 'string', description: 'also in the header X-Request-Id and in the log' },
      },
    },
  },
};
