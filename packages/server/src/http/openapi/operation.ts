import type { z } from 'zod';
import { jsonSchemaOf, type JsonObject } from './json-schema.ts';
import type { BoundRoute, RouteSchemas } from '../route.ts';

/** Of path parameters, by name. */
const PARAMETER_EXAMPLES: Readonly<Record<string, string>> = { channel: 'default', broadcast: 'current' };

const FILE_CONTENT = { 'application/octet-stream': { schema: { type: 'string', format: 'binary' } } };

const ANSWERS: Readonly<Record<string, string>> = {
  200: 'Done, or what was asked for',
  201: 'Made',
  202: 'Taken: it is durable',
};

const ERROR = { $ref: '#/components/responses/Error' };

/** One operation of the document. */
export function operationOf(entry: BoundRoute, components: JsonObject): JsonObject {
  const schemas: RouteSchemas = { ...entry.describes, ...entry.checks };
  const { body } = schemas;
  const isFile = entry.takesFile ?? false;
  const answers = Object.entries(schemas.answers ?? {}).map(([status, schema]) => [
    status,
    { description: ANSWERS[status] ?? 'Done', content: jsonContent(jsonSchemaOf(schema, 'output', components)) },
  ]);
  const notChanged =
    entry.method === 'GET' ? { 304: { description: 'You have it already: `If-None-Match` named it' } } : {};
  return {
    operationId: operationId(entry),
    summary: entry.summary,
    tags: [tagOf(entry.path)],
    parameters: [...parametersOf(schemas, components), ...(isFile ? [] : headersOf(entry))],
    ...(body
      ? {
          requestBody: {
            required: true,
            content: {
              ...jsonContent(jsonSchemaOf(body, 'input', components), exampleOf(entry)),
              ...(isFile ? FILE_CONTENT : {}),
            },
          },
        }
      : {}),
    responses: { ...Object.fromEntries(answers), ...notChanged, '4XX': ERROR, '5XX': ERROR },
    // `{}` beside it: a server in open mode asks for no token.
    ...(entry.permission === undefined
      ? {}
      : { security: [{ bearer: [] }, {}], 'x-permission': entry.permission.name }),
  };
}

export function exampleOf({ example }: BoundRoute): unknown {
  return example?.('NOW');
}

/** `GET /api/v1/channels/:channel/moments` → `getChannelsChannelMoments` */
function operationId({ method, path }: BoundRoute): string {
  const words = path
    .replace('/api/v1/', '')
    .split(/[^a-z]+/i)
    .filter(Boolean);
  return method.toLowerCase() + words.map((word) => word.slice(0, 1).toUpperCase() + word.slice(1)).join('');
}

/** What a page would group it under. */
export function tagOf(path: string): string {
  return /:channel\/([a-z]+)/.exec(path)?.[1] ?? /^\/api\/v1\/([a-z]+)/.exec(path)?.[1] ?? 'channels';
}

function parametersOf({ params, query }: RouteSchemas, components: JsonObject): JsonObject[] {
  return [...fieldsOf(params, 'path', components), ...fieldsOf(query, 'query', components)];
}

function fieldsOf(schema: z.ZodObject | undefined, place: 'path' | 'query', components: JsonObject): JsonObject[] {
  if (!schema) return [];
  return Object.entries(schema.shape).map(([name, field]) => {
    const example = place === 'path' ? PARAMETER_EXAMPLES[name] : undefined;
    return {
      name,
      in: place,
      required: place === 'path',
      // A shape of zod's core types, of which every member is a schema.
      schema: jsonSchemaOf(field as z.ZodType, 'input', components),
      ...(example === undefined ? {} : { example }),
    };
  });
}

function headersOf({ method, path }: BoundRoute): JsonObject[] {
  const header = (name: string, description: string) => ({
    name,
    in: 'header',
    required: false,
    description,
    schema: { type: 'string' },
  });
  if (method === 'GET') return [header('If-None-Match', 'the ETag that you have')];
  if (method === 'POST')
    return [header('Idempotency-Key', 'your own name of this request: a repeat has no second effect')];
  return path.endsWith('/settings') ? [header('If-Match', 'the ETag of the settings that you read')] : [];
}

function jsonContent(schema: JsonObject, example?: unknown): JsonObject {
  return { 'application/json': { schema, ...(example === undefined ? {} : { example }) } };
}
