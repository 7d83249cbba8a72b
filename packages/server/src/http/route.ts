import type { FastifyReply, FastifyRequest } from 'fastify';
import type { z } from 'zod';
import type { Caller, ChannelMaker } from '../callers/index.ts';
import type { Clock } from '../ports/clock.ts';

/** What a route is for: it decides which rate limit holds (ruling C36). */
export type RouteClass = 'classic' | 'ingest' | 'probe' | 'api' | 'internal' | 'live' | 'web';

export interface RouteSchemas {
  readonly params?: z.ZodObject;
  readonly query?: z.ZodObject;
  readonly body?: z.ZodType;
  /** by status; of routes of `/api` that return objects, an answer is also written by its schema */
  readonly answers?: Readonly<Record<number, z.ZodType>>;
}

interface RoutePermission<Api> {
  /** needed unless the server is in open mode */
  readonly name: string;
  /** The channel that the token must give it for. It runs before the schemas check the request. */
  readonly channel: (request: FastifyRequest, api: Api) => string | Promise<string>;
  /** The channel can only be known with the body. Every other permission is checked before a body is read. */
  readonly after?: 'body';
}

/** What the tables of routes say of one: docs/reference/http.md, the permission matrix, the fuzz list. */
export interface RouteInfo {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly path: string;
  readonly class: RouteClass;
  readonly permission?: { readonly name: string };
  readonly summary: string;
}

/** One door of HTTP, with all that is to be said of it beside its handler. `HEAD` follows each `GET`. */
export interface Route<Api> extends RouteInfo {
  /** the role that opens it; `api` when left out, and `any` is open in every process */
  readonly role?: 'api' | 'gateway' | 'any';
  readonly permission?: RoutePermission<Api>;
  /** it belongs to no channel: in token mode any valid token will do */
  readonly needsAnyToken?: boolean;
  /** The server checks these before the handler runs. */
  readonly checks?: RouteSchemas;
  /** Only said in the OpenAPI document: the handler checks in its own words, or nothing. */
  readonly describes?: RouteSchemas;
  /** content type of the answers; JSON when left out */
  readonly answersWith?: string;
  /** A body that the route takes; `now` is an instant in ISO 8601. */
  readonly example?: (now: string) => unknown;
  readonly bodyMaxBytes?: number;
  /** The body is a file of any type, read by the handler: it may be large and slow, and a repeat needs no key. */
  readonly takesFile?: boolean;
  /** not in the OpenAPI document: it serves a page, or the document itself */
  readonly isHidden?: boolean;
  readonly handler: (api: Api, context: RouteContext) => RouteHandler;
}

type RouteHandler = (request: FastifyRequest, reply: FastifyReply) => unknown;

/** What the server does for handlers. */
export interface RouteContext {
  readonly clock: Clock;
  /** Who asks; looked up once per request. */
  readonly callerOf: (request: FastifyRequest) => Promise<Caller>;
  /**
   * For a permission that depends on what the request says; any other stands in `permission`.
   * @throws HttpProblem 401 without a token, 403 with one that is not valid or not enough
   */
  readonly requirePermission: (request: FastifyRequest, permission: string, channel: string) => Promise<void>;
  /**
   * By what right the request makes a channel that is missing: permission `create:channels`, or an open server.
   * @throws HttpProblem 401 without a token, 403 with one that is not valid or not enough
   */
  readonly channelMakerOf: (request: FastifyRequest, channel: string) => Promise<ChannelMaker>;
  /** The channel that the token names; undefined when it names none, in open mode, and without `permission`. */
  readonly channelOfToken: (request: FastifyRequest) => string | undefined;
  /** The id for what this request makes: the same for every repeat. Undefined without `Idempotency-Key`. */
  readonly effectIdOf: (request: FastifyRequest) => string | undefined;
}

type Read<Schema> = Schema extends z.ZodType ? z.output<Schema> : unknown;

type CheckedRequest<Checks extends RouteSchemas> = FastifyRequest<{
  Params: Read<Checks['params']>;
  Querystring: Read<Checks['query']>;
  Body: Read<Checks['body']>;
}>;

/** Of any status: which answer goes with which is said by the schemas when it is written. */
type Answer<Checks extends RouteSchemas> =
  Checks['answers'] extends Readonly<Record<number, z.ZodType>>
    ? Read<Checks['answers'][keyof Checks['answers']]>
    : unknown;

type CheckedReply<Checks extends RouteSchemas> = FastifyReply<{ Reply: Answer<Checks> }>;

type Returned<Checks extends RouteSchemas> = Answer<Checks> | CheckedReply<Checks>;

interface CheckedRoute<Api, Checks extends RouteSchemas> extends Omit<Route<Api>, 'checks' | 'handler'> {
  readonly checks?: Checks;
  readonly handler: (
    api: Api,
    context: RouteContext,
  ) => (request: CheckedRequest<Checks>, reply: CheckedReply<Checks>) => Returned<Checks> | Promise<Returned<Checks>>;
}

/** @returns a function that makes routes over `Api`: the handler's types come from the schemas of `checks` */
export function routeOf<Api>() {
  return <const Checks extends RouteSchemas>(route: CheckedRoute<Api, Checks>): Route<Api> =>
    // The server calls the handler only with what the schemas of `checks` have read.
    route as unknown as Route<Api>;
}

/** A route together with what its handler works on: what the server can register. */
export type BoundRoute = Route<unknown>;

/** Gives the routes of a module what they work on. */
export function bindRoutes<Api>(routes: readonly Route<Api>[], api: Api): BoundRoute[] {
  return routes.map((route) => {
    const { handler, permission } = route;
    return {
      ...route,
      handler: (_unbound, context) => handler(api, context),
      ...(permission && {
        permission: { ...permission, channel: (request: FastifyRequest) => permission.channel(request, api) },
      }),
    };
  }) as BoundRoute[]; // what was bound does not look at its first argument
}
