import { channelNameSchema, DEFAULT_CHANNEL, ERRORS, type ResumePoint } from '@ovation/protocol';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { HttpProblem } from '../../http/answers/http-problem.ts';
import { type ChannelFinder, channelOfParams, channelParams, knownChannel } from '../../http/channel-of.ts';
import { type Route, routeOf } from '../../http/route.ts';
import { type Gateway, parsePosition, type Refusal } from '../index.ts';

export interface LiveRouteDoors {
  readonly channels: ChannelFinder;
  readonly gateway: Pick<Gateway, 'stream' | 'poll'>;
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
const streamQuery = z.object({ channel: channelNameSchema.default(DEFAULT_CHANNEL), ...position });
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
    handler: (doors) => (request, reply) => stream(doors, request, reply),
  }),
  route({
    method: 'GET',
    path: '/api/v1/channels/:channel/events',
    role: 'gateway',
    class: 'live',
    summary: 'What happened since a position, or the first thing that happens',
    describes: { params: channelParams, query: pollQuery, answers: { 200: news } },
    handler:
      (doors, { clock }) =>
      async (request, reply) => {
        const sub = await poll(doors, request, reply);
        return reply
          .type('application/json; charset=utf-8')
          .header('cache-control', 'no-store')
          .send(`{"now":${clock.now()},"sub":${sub}}`);
      },
  }),
];

async function stream(doors: LiveRouteDoors, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  const asked = readQuery(request);
  await knownChannel(doors.channels, asked.channel);
  if (request.method === 'HEAD') return reply.type('text/event-stream').send();
  const refusal = await doors.gateway.stream({
    channel: asked.channel,
    since: lastEventOf(request) ?? asked.since,
    address: request.raw.socket.remoteAddress,
    headers: { 'x-request-id': request.id },
    take: () => takeSocket(request, reply),
  });
  if (refusal) throw problemOf(refusal);
  // The peer has gone while the channel was opened; it reads no answer.
  return reply.sent ? reply : reply.status(204).send();
}

async function poll(doors: LiveRouteDoors, request: FastifyRequest, reply: FastifyReply): Promise<string> {
  const { since, timeoutMs } = readQuery(request);
  const { name } = await knownChannel(doors.channels, channelOfParams(request));
  const gone = new AbortController();
  // It may have gone while the channel was looked up.
  if (reply.raw.destroyed) gone.abort();
  else reply.raw.once('close', () => gone.abort());
  const address = request.raw.socket.remoteAddress;
  const sub = await doors.gateway.poll({ channel: name, since, timeoutMs, signal: gone.signal, address });
  if (typeof sub !== 'string') throw problemOf(sub);
  return sub;
}

function problemOf({ status, problem, retryAfterSeconds }: Refusal): HttpProblem {
  const spec = status === 429 ? ERRORS.tooMany : ERRORS.unavailable;
  return new HttpProblem(spec, { text: problem, headers: { 'retry-after': String(retryAfterSeconds) } });
}

function readQuery(request: FastifyRequest): { channel: string; since: ResumePoint | undefined; timeoutMs: number } {
  const { success, data, error } = querySchema.safeParse(request.query);
  if (!success) {
    const details = error.issues.map(({ path, message }) => ({ field: path.join('.'), reason: message }));
    throw new HttpProblem(ERRORS.validation, { details });
  }
  const since = data.since === undefined ? undefined : parsePosition(data.since, data.t);
  return { channel: data.channel, since, timeoutMs: data.timeout * 1000 };
}

/** What `EventSource` says when it comes back. It may be of another server; then it is as if nothing was said. */
function lastEventOf(request: FastifyRequest): ResumePoint | undefined {
  const header = request.headers['last-event-id'];
  return typeof header === 'string' ? parsePosition(header) : undefined;
}

function takeSocket(request: FastifyRequest, reply: FastifyReply) {
  reply.hijack();
  return request.raw.socket;
}
