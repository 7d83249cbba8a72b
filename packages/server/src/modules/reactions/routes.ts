import {
  channelNameSchema,
  checkRawEmote,
  DEFAULT_CHANNEL,
  ERRORS,
  RAW_EMOTE_TEXTS,
  reactionBatchSchema,
} from '@ovation/protocol';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { HttpProblem } from '../../http/answers/http-problem.ts';
import { acceptedBatch, BATCH_MAX_BYTES } from '../../http/batches.ts';
import { channelParams, classicQuery, knownChannel, makeMissing, requireOpen } from '../../http/channel-of.ts';
import { type Route, routeOf } from '../../http/route.ts';
import { type Channels, nameEmotes } from '../channels/index.ts';
import type { Platform } from '../../platform.ts';
import { RawEmotes } from '../../stream/raw-emotes.ts';
import type { Reactions } from './index.ts';
import { readReactions } from './read-reactions.ts';

interface ReactionDoors {
  readonly channels: Pick<Channels, 'ensure' | 'find' | 'rememberAliases'>;
  readonly reactions: Pick<Reactions, 'append'>;
  readonly platform: Pick<Platform, 'eventLog' | 'logger'> & { readonly config: { readonly rawTopic: string } };
}

const rawEmote = z.object({
  emote: z.string().describe(RAW_EMOTE_TEXTS.emoteInvalid),
  timestamp: z.string().describe(RAW_EMOTE_TEXTS.timestampInvalid),
  streamerId: channelNameSchema.optional(),
});

const route = routeOf<ReactionDoors>();

export const routes: readonly Route<ReactionDoors>[] = [
  route({
    method: 'POST',
    path: '/api/v1/channels/:channel/reactions',
    class: 'ingest',
    summary: 'A batch of reactions with ids',
    bodyMaxBytes: BATCH_MAX_BYTES,
    checks: { params: channelParams, body: reactionBatchSchema, answers: { 202: acceptedBatch } },
    example: (now) => ({
      reactions: [
        { id: 'viewer7-1', emote: '🔥', occurredAt: now },
        { id: 'viewer7-2', emote: '👍', occurredAt: now },
      ],
    }),
    handler:
      ({ channels, reactions }, { clock, requirePermission }) =>
      async (request, reply) => {
        const channel = await knownChannel(channels, request.params.channel);
        requireOpen(channel);
        const { name } = channel;
        const { aliases, items } = readReactions(request.body, clock.now());
        // Reacting needs no permission. Naming an emote does: every viewer sees the name.
        if (aliases.size > 0) await requirePermission(request, 'update:settings', name);
        const warnings = await nameEmotes(channels, name, aliases);
        await reactions.append(name, items);
        return reply.status(202).send({ accepted: items.length, ...(warnings.length > 0 ? { warnings } : {}) });
      },
  }),
  /** One record, checked, then durable in the topic of raw emotes before the answer (S2-38). */
  route({
    method: 'POST',
    path: '/emotes',
    class: 'ingest',
    summary: 'One reaction, to the topic raw-emote-data',
    describes: {
      query: classicQuery,
      body: rawEmote,
      answers: { 202: z.object({ status: z.literal('accepted') }) },
    },
    example: (now) => ({ emote: '🔥', timestamp: now }),
    handler: ({ channels, platform }, context) => {
      const { config, eventLog, logger } = platform;
      const rawEmotes = new RawEmotes({ eventLog, clock: context.clock, topic: config.rawTopic });
      return async (request, reply) => {
        const check = checkRawEmote(withChannelOfQuery(request));
        if (!check.ok) throw new HttpProblem(ERRORS.validation, { text: check.problem });
        const { emote, timestamp, streamerId } = check.value;
        const key = streamerId ?? DEFAULT_CHANNEL;
        requireOpen(await makeMissing(channels, context, request, key));
        await rawEmotes.append(key, [JSON.stringify(check.value)]);
        logger.debug({ topic: config.rawTopic, channel: key, emote, timestamp }, 'Emote accepted');
        return reply.status(202).send({ status: 'accepted' });
      };
    },
  }),
];

/** A body that names no channel goes where the address says, as on the other classic routes. */
function withChannelOfQuery({ body, query }: FastifyRequest): unknown {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return body;
  const named = 'streamerId' in body ? body.streamerId : undefined;
  const byQuery = typeof query === 'object' && query !== null ? Reflect.get(query, 'streamerId') : undefined;
  return { ...body, streamerId: named ?? (byQuery === '' ? undefined : byQuery) };
}
