import { type Channel, channelNameSchema, DEFAULT_CHANNEL, ERRORS, RAW_EMOTE_TEXTS } from '@ovation/protocol';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { ChannelMaker } from '../callers/index.ts';
import { HttpProblem } from './answers/http-problem.ts';
import type { RouteContext } from './route.ts';

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

/** Makes channels. */
interface ChannelKeeper extends ChannelFinder {
  ensure(name: string, maker: ChannelMaker): Promise<void>;
}

/**
 * Makes the channel when it is missing and the caller may.
 * @throws HttpProblem 401, 403, Problem when there are too many
 */
export async function makeMissing(
  channels: ChannelKeeper,
  context: Pick<RouteContext, 'channelMakerOf'>,
  request: FastifyRequest,
  name: string,
): Promise<Channel> {
  const found = await channels.find(name);
  if (found) return found;
  await channels.ensure(name, await context.channelMakerOf(request, name));
  return knownChannel(channels, name);
}

/** @throws HttpProblem 409 `channel_archived` */
export function requireOpen({ archivedAt, name }: Channel): void {
  if (archivedAt === undefined) return;
  throw new HttpProblem(ERRORS.channelArchived, { text: `Channel ${name} is archived: it takes nothing new` });
}

/** @throws HttpProblem 404 `channel_not_found` */
export async function knownChannel(channels: ChannelFinder, name: string): Promise<Channel> {
  const channel = await channels.find(name);
  if (channel) return channel;
  throw new HttpProblem(ERRORS.channelNotFound, {
    details: [{ field: 'channel', reason: `There is no channel ${name}; POST /api/v1/channels creates one` }],
  });
}
