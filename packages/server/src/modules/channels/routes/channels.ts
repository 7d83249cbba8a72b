import { channelSchema, createChannelSchema } from '@ovation/protocol';
import { z } from 'zod';
import { channelParams, knownChannel, makeMissing } from '../../../http/channel-of.ts';
import { type Route, routeOf } from '../../../http/route.ts';
import type { ChannelDoors } from './doors.ts';

z.globalRegistry.add(channelSchema, { id: 'Channel' });

const channelList = z.object({ data: z.array(channelSchema) });

const route = routeOf<ChannelDoors>();

export const channelRoutes: readonly Route<ChannelDoors>[] = [
  route({
    method: 'GET',
    path: '/api/v1/channels',
    class: 'api',
    summary: 'All channels, by name',
    checks: { answers: { 200: channelList } },
    handler:
      ({ channels }) =>
      async () => ({ data: await channels.list() }),
  }),
  route({
    method: 'POST',
    path: '/api/v1/channels',
    class: 'api',
    permission: { name: 'create:channels', channel: nameInBody, after: 'body' },
    summary: 'Create a channel',
    checks: { body: createChannelSchema, answers: { 200: channelSchema, 201: channelSchema } },
    example: () => ({ name: 'myshow' }),
    handler:
      ({ channels }, context) =>
      async (request, reply) => {
        const { name } = request.body;
        const isNew = (await channels.find(name)) === undefined;
        const channel = await makeMissing(channels, context, request, name);
        return reply.status(isNew ? 201 : 200).send(channel);
      },
  }),
  route({
    method: 'GET',
    path: '/api/v1/channels/:channel',
    class: 'api',
    summary: 'One channel and its live broadcast',
    checks: { params: channelParams, answers: { 200: channelSchema } },
    handler:
      ({ channels }) =>
      (request) =>
        knownChannel(channels, request.params.channel),
  }),
];

function nameInBody({ body }: { body: unknown }): string {
  return createChannelSchema.parse(body).name;
}
