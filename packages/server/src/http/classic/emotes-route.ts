import { checkRawEmote, DEFAULT_CHANNEL, ERRORS, TOPICS } from '@ovation/protocol';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { HttpProblem } from '../http-problem.ts';
import type { HttpParts } from '../parts.ts';

/** `POST /emotes` (S2-38): one record, checked, then durable in `raw-emote-data` before the answer. */
export function classicEmotesRoute(app: FastifyInstance, parts: HttpParts): void {
  const topic = parts.rawTopic ?? TOPICS.rawEmoteData;
  app.post('/emotes', async (request, reply) => {
    const check = checkRawEmote(withChannelOfQuery(request));
    if (!check.ok) throw new HttpProblem(ERRORS.validation, { text: check.problem });
    const { emote, timestamp, streamerId } = check.value;
    const key = streamerId ?? DEFAULT_CHANNEL;
    await parts.eventLog.append(topic, [{ key, value: JSON.stringify(check.value) }]);
    parts.logger.debug({ topic, channel: key, emote, timestamp }, 'Emote accepted');
    return reply.status(202).send({ status: 'accepted' });
  });
}

/** A body that names no channel goes where the address says, as on the other classic routes. */
function withChannelOfQuery(request: FastifyRequest): unknown {
  const { body, query } = request;
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return body;
  const named = 'streamerId' in body ? body.streamerId : undefined;
  const byQuery = typeof query === 'object' && query !== null ? Reflect.get(query, 'streamerId') : undefined;
  return { ...body, streamerId: named ?? (byQuery === '' ? undefined : byQuery) };
}
