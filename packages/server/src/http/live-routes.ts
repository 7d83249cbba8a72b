import { channelNameSchema, DEFAULT_CHANNEL, ERRORS, type ResumePoint } from '@ovation/protocol';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { parsePosition, type Refusal } from '../gateway/index.ts';
import { channelOfParams } from './api/channel-of-params.ts';
import { knownChannel } from './api/known-channel.ts';
import { HttpProblem } from './http-problem.ts';
import type { HttpParts, LiveDoors } from './parts.ts';

/** Longest wait of one poll; proxies give up at thirty seconds. */
const POLL_MAX_SECONDS = 25;

const number = (max: number) =>
  z
    .string()
    .regex(/^\d{1,15}(?:\.\d{1,3})?$/, 'must be a number')
    .transform(Number)
    .refine((value) => value <= max, `must be at most ${max}`);

const querySchema = z.object({
  channel: channelNameSchema.default(DEFAULT_CHANNEL),
  since: z
    .string()
    .refine((text) => parsePosition(text) !== undefined, 'must be a position, <epoch>:<seq>')
    .optional(),
  t: number(Number.MAX_SAFE_INTEGER).optional(),
  timeout: number(POLL_MAX_SECONDS).default(POLL_MAX_SECONDS),
});

/** What sockets tell, for those who cannot have one: a stream of events, and a question that waits for its answer. */
export function liveRoutes(app: FastifyInstance, parts: Pick<HttpParts, 'channels' | 'clock' | 'live'>): void {
  app.get('/sse', async (request, reply) => {
    const live = liveOf(parts);
    const asked = readQuery(request);
    await knownChannel(parts, asked.channel);
    if (request.method === 'HEAD') return reply.type('text/event-stream').send();
    const refusal = await live.stream({
      channel: asked.channel,
      since: lastEventOf(request) ?? asked.since,
      address: request.raw.socket.remoteAddress,
      headers: { 'x-request-id': request.id },
      take: () => takeSocket(request, reply),
    });
    if (refusal) throw problemOf(refusal);
    // The peer has gone while the channel was opened; nobody reads this.
    return reply.sent ? reply : reply.status(204).send();
  });

  app.get('/api/v1/channels/:channel/events', async (request, reply) => {
    const live = liveOf(parts);
    const { since, timeoutMs } = readQuery(request);
    const { name } = await knownChannel(parts, channelOfParams(request));
    const gone = new AbortController();
    // It may have gone while the channel was looked up.
    if (reply.raw.destroyed) gone.abort();
    else reply.raw.once('close', () => gone.abort());
    const address = request.raw.socket.remoteAddress;
    const sub = await live.poll({ channel: name, since, timeoutMs, signal: gone.signal, address });
    if (typeof sub !== 'string') throw problemOf(sub);
    return reply
      .type('application/json; charset=utf-8')
      .header('cache-control', 'no-store')
      .send(`{"now":${parts.clock.now()},"sub":${sub}}`);
  });
}

function problemOf({ status, problem, retryAfterSeconds }: Refusal): HttpProblem {
  const spec = status === 429 ? ERRORS.tooMany : ERRORS.unavailable;
  return new HttpProblem(spec, { text: problem, headers: { 'retry-after': String(retryAfterSeconds) } });
}

function liveOf({ live }: Pick<HttpParts, 'live'>): LiveDoors {
  if (live) return live;
  throw new HttpProblem(ERRORS.unavailable, { text: 'This process is no gateway; ask one that is' });
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
