import { type Channel, channelNameSchema, DEFAULT_CHANNEL, ERRORS, RAW_EMOTE_TEXTS } from '@ovation/protocol';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { HttpProblem } from './answers/http-problem.ts';

export const channelParams = z.object({ channel: channelNameSchema.meta({ examples: [DEFAULT_CHANNEL] }) });

/** What a classic address may say. Only described: `channelOfQuery` checks it in the classic words. */
export const classicQuery = z.object({
  streamerId: z.string().optional().describe(`name of the channel; ${DEFAULT_CHANNEL} when it is missing`),
});

/** The channel that a classic request names by `?streamerId=`, else `default`. */
export function channelOfQuery({ query }: FastifyRequest): string {
  const given = typeof query === 'object' && query !== null && 'streamerId' in query ? query.streamerId : undefined;
  if (given === undefined || given === '') return DEFAULT_CHANNEL;
  const name = channelNameSchema.safeParse(given);
  if (!name.success) throw new HttpProblem(ERRORS.validation, { text: RAW_EMOTE_TEXTS.streamer });
  return name.data;
}

/** The channel of the address, for checks that run before the parameters are read. */
export function channelOfParams({ params }: FastifyRequest): string {
  const given = typeof params === 'object' && params !== null ? Reflect.get(params, 'channel') : undefined;
  const name = channelNameSchema.safeParse(given);
  if (name.success) return name.data;
  const reason = name.error.issues[0]?.message ?? 'is not a channel name';
  throw new HttpProblem(ERRORS.validation, { details: [{ field: 'channel', reason }] });
}

/** Knows which channels there are. */
export interface ChannelFinder {
  find(name: string): Promise<Channel | undefined>;
}

/** @throws HttpProblem 404 `channel_not_found` */
export async function knownChannel(channels: ChannelFinder, name: string): Promise<Channel> {
  const channel = await channels.find(name);
  if (channel) return channel;
  throw new HttpProblem(ERRORS.channelNotFound, {
    details: [{ field: 'channel', reason: `There is no channel ${name}; POST /api/v1/channels creates one` }],
  });
}
