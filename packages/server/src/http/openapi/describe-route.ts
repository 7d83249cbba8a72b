import type { FastifySchema } from 'fastify';
import { z } from 'zod';
import { hasEnvelope } from '../answers/answer-error.ts';
import type { BoundRoute, RouteInfo, RouteSchemas } from '../route.ts';
import { classicError, errorEnvelope } from './error-schemas.ts';

const TAGS: Readonly<Record<string, string>> = {
  classic: 'classic',
  ingest: 'classic',
  live: 'events',
  probe: 'probes',
  internal: 'data folder',
};

const ANSWERS: Readonly<Record<string, string>> = {
  200: 'Done, or what was asked for',
  201: 'Made',
  202: 'Taken: it is durable',
  204: 'Done, and there is nothing to say',
  503: 'The same, when not all is well',
};
const ERROR_TEXT = 'What went wrong; 429 and 503 say in `Retry-After` when to come back';
const NOT_CHANGED = 'You have it already: `If-None-Match` named it';

/** What the document says of a route: all but what it does. */
type DescribedRoute = RouteInfo &
  Pick<BoundRoute, 'answersWith' | 'checks' | 'describes' | 'needsAnyToken' | 'takesFile'>;

/** A route as the library reads it. */
export function describeRoute(route: DescribedRoute): FastifySchema {
  const { body, params, query } = schemasOf(route);
  const headers = headersOf(route);
  return {
    operationId: operationIdOf(route),
    summary: route.summary,
    tags: [tagOf(route)],
    ...(params && { params }),
    ...(query && { querystring: query }),
    ...(Object.keys(headers).length > 0 && { headers: z.object(headers) }),
    ...(body && { body }),
    response: answersOf(route),
    ...securityOf(route),
    ...(route.permission && { 'x-permission': route.permission.name }),
  };
}

function schemasOf({ checks, describes }: DescribedRoute): RouteSchemas {
  return { ...describes, ...checks };
}

function answersOf(route: DescribedRoute): Record<string, unknown> {
  const { answers = {} } = schemasOf(route);
  const type = route.answersWith ?? 'application/json';
  const error = answer(ERROR_TEXT, 'application/json', hasEnvelope(route.path) ? errorEnvelope : classicError);
  const hasTag = route.method === 'GET' && isResource(route);
  return {
    ...Object.fromEntries(
      Object.entries(answers).map(([status, schema]) => [status, answer(ANSWERS[status] ?? 'Done', type, schema)]),
    ),
    ...(hasTag ? { 304: answer(NOT_CHANGED, type, z.null()) } : {}),
    '4XX': error,
    '5XX': error,
  };
}

/** `null` stands for an answer without a body. */
function answer(description: string, type: string, schema: z.ZodType) {
  if (schema instanceof z.ZodNull) return schema.describe(description);
  return { description, content: { [type]: { schema } } };
}

/** `{}` beside a scheme: a server in open mode asks for no token. */
function securityOf({ class: routeClass, needsAnyToken = false, permission }: DescribedRoute): FastifySchema {
  if (routeClass === 'internal') return { security: [{ dataFolder: [] }] };
  return permission || needsAnyToken ? { security: [{ bearer: [] }, {}] } : {};
}

/** `GET /api/v1/channels/:channel/moments` → `getChannelsChannelMoments` */
function operationIdOf({ method, path }: DescribedRoute): string {
  const words = path
    .replace('/api/v1/', '')
    .split(/[^a-z]+/i)
    .filter(Boolean);
  return method.toLowerCase() + words.map((word) => word.slice(0, 1).toUpperCase() + word.slice(1)).join('');
}

/** What a page groups it under. */
function tagOf({ class: routeClass, path }: DescribedRoute): string {
  if (!path.startsWith('/api/v1/')) return TAGS[routeClass] ?? routeClass;
  return /:channel\/([a-z]+)/.exec(path)?.[1] ?? /^\/api\/v1\/([a-z]+)/.exec(path)?.[1] ?? 'channels';
}

/** Its answers have an ETag, and its POSTs take an `Idempotency-Key`. */
function isResource({ class: routeClass, path, takesFile = false }: DescribedRoute): boolean {
  return path.startsWith('/api/v1/') && !takesFile && routeClass !== 'live';
}

function headersOf(route: DescribedRoute): Record<string, z.ZodType> {
  if (!isResource(route)) return {};
  const { method, path } = route;
  const header = (description: string) => z.string().optional().describe(description);
  if (method === 'GET') return { 'If-None-Match': header('the ETag that you have') };
  if (method === 'POST')
    return { 'Idempotency-Key': header('your own name of this request: a repeat has no second effect') };
  return path.endsWith('/settings') ? { 'If-Match': header('the ETag of the settings that you read') } : {};
}
