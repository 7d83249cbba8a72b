import { channelFeed, channelNameSchema, DEFAULT_CHANNEL, ERRORS, type ResumePoint } from '@ovation/protocol';
import type { Socket } from 'node:net';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { HttpProblem } from '../../http/answers/http-problem.ts';
import type { Caller } from '../../callers/index.ts';
import { channelOfParams, channelParams } from '../../http/channel-of.ts';
import { type Route, type RouteContext, routeOf } from '../../http/route.ts';
import { type Feed, type Gateway, parsePosition, type Refusal } from '../index.ts';

export interface LiveRouteDoors {
  readonly gateway: Pick<Gateway, 'kinds' | 'stream' | 'poll'>;
}

/** Longest wait of one poll; proxies give up at thirty seconds. */
const POLL_MAX_SECONDS = 25;

const number = (max: number) =>
  z
    .string()
    .regex(/^\d{1,15}(?:\.\d{1,3})?$/, 'must be a number')
    .transform(Number)
    .refine((value) => value <= max, `must be at most ${max}`);

/** The routes read it by themselves. */
const querySchema = z.object({
  channel: channelNameSchema.default(DEFAULT_CHANNEL),
  feed: z.string().optional(),
  since: z
    .string()
    .refine((text) => parsePosition(text) !== undefined, 'must be a position, <epoch>:<seq>')
    .optional(),
  t: number(Number.MAX_SAFE_INTEGER).optional(),
  timeout: number(POLL_MAX_SECONDS).default(POLL_MAX_SECONDS),
});

const position = {
  since: z.string().optional().describe('position, <epoch>:<seq>'),
  t: z.number().optional().describe('server time that came with the position, ms'),
};
const feedName = z
  .string()
  .describe('<kind>:<name>')
  .meta({ examples: [channelFeed(DEFAULT_CHANNEL)] });
const streamQuery = z.object({
  channel: channelNameSchema.default(DEFAULT_CHANNEL),
  feed: feedName.optional().describe('any feed, <kind>:<name>, instead of a channel'),
  ...position,
});
const pollQuery = z.object({
  ...position,
  timeout: z
    .number()
    .min(0)
    .max(POLL_MAX_SECONDS)
    .default(POLL_MAX_SECONDS)
    .describe('seconds to wait for the first event'),
});
const news = z.object({
  now: z.int().describe('server time, ms'),
  sub: z.looseObject({}).describe('the reply to a subscription of the socket'),
});

const route = routeOf<LiveRouteDoors>();

const PIPELINED = 'A stream needs a connection of its own: an earlier request on this one is not answered yet';
const REFUSED = {
  401: ERRORS.unauthenticated,
  403: ERRORS.forbidden,
  429: ERRORS.tooMany,
  503: ERRORS.unavailable,
} as const;

/** What sockets tell, for clients that cannot have one: a stream of events, and a question that waits for its answer. */
export const liveRoutes: readonly Route<LiveRouteDoors>[] = [
  route({
    method: 'GET',
    path: '/sse',
    role: 'gateway',
    class: 'live',
    summary: "A channel's events as a stream",
    describes: { query: streamQuery, answers: { 200: z.string() } },
    answersWith: 'text/event-stream',
    handler: (doors, context) => (request, reply) => stream(doors, context, { request, reply }),
  }),
  route({
    method: 'GET',
    path: '/api/v1/channels/:channel/events',
    role: 'gateway',
    class: 'live',
    summary: 'What happened since a position, or the first thing that happens',
    describes: { params: channelParams, query: pollQuery, answers: { 200: news } },
    handler: (doors, context) => (request, reply) =>
      poll(doors, context, { request, reply, feed: channelFeed(channelOfParams(request)) }),
  }),
  route({
    method: 'GET',
    path: '/api/v1/feeds/:feed/events',
    role: 'gateway',
    class: 'live',
    summary: 'The same for a feed of any kind',
    describes: { params: z.object({ feed: feedName }), query: pollQuery, answers: { 200: news } },
    handler: (doors, context) => (request, reply) =>
      poll(doors, context, { request, reply, feed: String(Reflect.get(request.params ?? {}, 'feed')) }),
  }),
];

interface Asked {
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
}

async function stream(
  { gateway }: LiveRouteDoors,
  { callerOf }: RouteContext,
  { reply, request }: Asked,
): Promise<FastifyReply> {
  const asked = readQuery(request);
  const caller = await callerOf(request);
  const feed = await feedFor(gateway, asked.feed ?? channelFeed(asked.channel), caller);
  if (request.method === 'HEAD') return reply.type('text/event-stream').send();
  const refusal = await gateway.stream({
    feed,
    caller,
    since: lastEventOf(request) ?? asked.since,
    headers: { 'x-request-id': request.id },
    take: () => takeSocket(request, reply),
  });
  if (refusal) throw problemOf(refusal);
  // The peer has gone while the feed was opened; it reads no answer.
  return reply.sent ? reply : reply.status(204).send();
}

async function poll(
  { gateway }: LiveRouteDoors,
  { callerOf, clock }: RouteContext,
  { feed: name, reply, request }: Asked & { feed: string },
): Promise<FastifyReply> {
  const { since, timeoutMs } = readQuery(request);
  const caller = await callerOf(request);
  const feed = await feedFor(gateway, name, caller);
  const gone = new AbortController();
  // It may have gone while the feed was looked up.
  if (reply.raw.destroyed) gone.abort();
  else reply.raw.once('close', () => gone.abort());
  const sub = await gateway.poll({ feed, since, timeoutMs, signal: gone.signal, caller });
  if (typeof sub !== 'string') throw problemOf(sub);
  return reply
    .type('application/json; charset=utf-8')
    .header('cache-control', 'no-store')
    .send(`{"now":${clock.now()},"sub":${sub}}`);
}

/** The feed, when the caller may follow it. @throws HttpProblem which says why not */
async function feedFor({ kinds }: LiveRouteDoors['gateway'], name: string, caller: Caller): Promise<Feed> {
  const feed = kinds.find(name);
  if (!feed) throw new HttpProblem(ERRORS.notFound, { text: `There is no feed ${name}` });
  const refusal = await feed.refusal(caller);
  if (refusal) throw new HttpProblem(refusal.spec, { details: refusal.details });
  return feed;
}

function problemOf({ status, problem, retryAfterSeconds }: Refusal): HttpProblem {
  const headers = {
    // Its place is for others.
    connection: 'close',
    ...(retryAfterSeconds !== undefined && { 'retry-after': String(retryAfterSeconds) }),
  };
  return new HttpProblem(REFUSED[status], { text: problem, headers });
}

interface LiveQuery {
  readonly channel: string;
  readonly feed: string | undefined;
  readonly since: ResumePoint | undefined;
  readonly timeoutMs: number;
}

function readQuery(request: FastifyRequest): LiveQuery {
  const { success, data, error } = querySchema.safeParse(request.query);
  if (!success) {
    const details = error.issues.map(({ path, message }) => ({ field: path.join('.'), reason: message }));
    throw new HttpProblem(ERRORS.validation, { details });
  }
  const since = data.since === undefined ? undefined : parsePosition(data.since, data.t);
  return { channel: data.channel, feed: data.feed, since, timeoutMs: data.timeout * 1000 };
}

/** What `EventSource` says when it comes back. It may be of another server; then it is as if nothing was said. */
function lastEventOf(request: FastifyRequest): ResumePoint | undefined {
  const header = request.headers['last-event-id'];
  return typeof header === 'string' ? parsePosition(header) : undefined;
}

/** @throws HttpProblem when an earlier request of the connection is not answered yet: its answer would come after ours */
function takeSocket(request: FastifyRequest, reply: FastifyReply): Socket {
  if (reply.raw.socket === null) throw new HttpProblem(ERRORS.validation, { text: PIPELINED });
  reply.hijack();
  const { socket } = request.raw;
  // What the peer still sends is read and dropped: a further request would wait for ever for its answer.
  const drop = () => undefined;
  socket.on('data', drop);
  for (const listener of socket.listeners('data')) if (listener !== drop) socket.off('data', listener as () => void);
  return socket;
}
