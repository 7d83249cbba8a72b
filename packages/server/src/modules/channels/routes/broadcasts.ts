import { broadcastSchema, ERRORS, isStorable, paginationSchema, startBroadcastSchema } from '@ovation/protocol';
import { z } from 'zod';
import { HttpProblem } from '../../../http/answers/http-problem.ts';
import { channelOfParams, channelParams, knownChannel, makeMissing } from '../../../http/channel-of.ts';
import { pageQuery, paginationOf, readCursor } from '../../../http/pages.ts';
import { type Route, routeOf } from '../../../http/route.ts';
import type { ChannelDoors } from './doors.ts';

z.globalRegistry.add(broadcastSchema, { id: 'Broadcast' });

const ID_MAX_LENGTH = 128;
const NONE_LIVE = 'No broadcast of this channel is live';

const broadcastParams = channelParams.extend({
  broadcast: z
    .string()
    .min(1)
    .max(ID_MAX_LENGTH)
    .refine(isStorable, 'is not the id of a broadcast')
    .meta({ examples: ['current'] }),
});
const broadcastList = z.object({ data: z.array(broadcastSchema), pagination: paginationSchema });

const path = '/api/v1/channels/:channel/broadcasts';
const permission = { name: 'update:settings', channel: channelOfParams };
const route = routeOf<ChannelDoors>();

export const broadcastRoutes: readonly Route<ChannelDoors>[] = [
  route({
    method: 'GET',
    path,
    class: 'api',
    summary: 'Its broadcasts, newest first, in pages',
    checks: { params: channelParams, query: pageQuery, answers: { 200: broadcastList } },
    handler:
      ({ channels }) =>
      async (request) => {
        const { limit } = request.query;
        const place = readCursor(request.query.after);
        const { name } = await knownChannel(channels, request.params.channel);
        const after = place && { startedAt: place.at, id: place.id };
        const found = await channels.broadcasts(name, { after, limit: limit + 1 });
        const last = found.length > limit ? found[limit - 1] : undefined;
        const next = last && { at: last.startedAt, id: last.id };
        return { data: found.slice(0, limit), pagination: paginationOf(limit, next) };
      },
  }),
  route({
    method: 'GET',
    path: `${path}/:broadcast`,
    class: 'api',
    summary: 'One broadcast',
    checks: { params: broadcastParams, answers: { 200: broadcastSchema } },
    handler:
      ({ channels }) =>
      async (request) => {
        const { name } = await knownChannel(channels, request.params.channel);
        const found = await channels.broadcast(name, request.params.broadcast);
        if (found) return found;
        throw new HttpProblem(ERRORS.notFound, { text: 'This channel has no broadcast of this id' });
      },
  }),
  route({
    method: 'GET',
    path: `${path}/current`,
    class: 'api',
    summary: 'The live broadcast',
    checks: { params: channelParams, answers: { 200: broadcastSchema } },
    handler:
      ({ channels }) =>
      async (request) => {
        const channel = await knownChannel(channels, request.params.channel);
        if (channel.live) return channel.live;
        throw new HttpProblem(ERRORS.notFound, { text: NONE_LIVE });
      },
  }),
  route({
    method: 'POST',
    path,
    class: 'api',
    permission,
    summary: 'Start a broadcast',
    checks: { params: channelParams, body: startBroadcastSchema, answers: { 201: broadcastSchema } },
    example: () => ({ title: 'Friday evening' }),
    handler:
      ({ channels }, context) =>
      async (request, reply) => {
        await makeMissing(channels, context, request, request.params.channel);
        const id = context.effectIdOf(request);
        const options = id === undefined ? {} : { id };
        const broadcast = await channels.startBroadcast(request.params.channel, request.body.title, options);
        return reply.status(201).send(broadcast);
      },
  }),
  route({
    method: 'DELETE',
    path: `${path}/current`,
    class: 'api',
    permission,
    summary: 'End the live broadcast',
    checks: { params: channelParams, answers: { 200: broadcastSchema } },
    handler:
      ({ channels }) =>
      async (request) => {
        const ended = await channels.endBroadcast(request.params.channel);
        if (!ended) throw new HttpProblem(ERRORS.notFound, { text: NONE_LIVE });
        return ended;
      },
  }),
];
