import { channelNameSchema, DEFAULT_CHANNEL, ERRORS, RAW_EMOTE_TEXTS } from '@ovation/protocol';
import type { FastifyRequest } from 'fastify';
import { HttpProblem } from '../http-problem.ts';

/** The channel that a classic request names by `?streamerId=`, else `default`. */
export function channelOf(request: FastifyRequest): string {
  const { query } = request;
  const given = typeof query === 'object' && query !== null && 'streamerId' in query ? query.streamerId : undefined;
  if (given === undefined || given === '') return DEFAULT_CHANNEL;
  const name = channelNameSchema.safeParse(given);
  if (!name.success) throw new HttpProblem(ERRORS.validation, { text: RAW_EMOTE_TEXTS.streamer });
  return name.data;
}
