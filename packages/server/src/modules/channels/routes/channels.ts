import { channelSchema, createChannelSchema } from '@ovation/protocol';
import { z } from 'zod';
import { channelOfParams, channelParams, knownChannel, makeMissing } from '../../../http/channel-of.ts';
import { type Route, routeOf } from '../../../http/route.ts';
import type { ChannelDoors } from './doors.ts';

z.globalRegistry.add(channelSchema, { id: 'Channel' });

const listQuery = z.object({
  archived: z.enum(['true', 'false']).default('false').describe('true: those that are archived, instead of the others'),
});

const channelList = z.object({ data: z.array(channelSchema) });

const route = routeOf<ChannelDoors>();

export const channelRoutes: readonly Route<ChannelDoors>[] = [
  route({
    method: 'GET',
    path: '/api/v1/channels',
    class: 'api',
    summary: 'All channels, by name',
    checks: { query: listQuery, answers: { 200: channelList } },
    handler:
      ({ channels }) =>
      async (request) => ({ data: await channels.list({ archived: request.query.archived === 'true' }) }),
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
  route({
    method: 'DELETE',
    path: '/api/v1/channels/:channel',
    class: 'api',
    permission: { name: 'manage:channels', channel: channelOfParams },
    summary: 'Delete a channel and everything that belongs to it',
    checks: { params: channelParams },
    describes: { answers: { 204: z.null() } },
    handler:
      ({ channels }) =>
      async (request, reply) => {
        await channels.remove(request.params.channel);
        return reply.status(204).send();
      },
  }),
  change('archive', 'Hide it and take nothing new; what it has stays readable'),
  change('restore', 'Take it out of the archive'),
];

function change(verb: 'archive' | 'restore', summary: string) {
  return route({
    method: 'POST',
    path: `/api/v1/channels/:channel/${verb}`,
    class: 'api',
    permission: { name: 'manage:channels', channel: channelOfParams },
    summary,
    checks: { params: channelParams, answers: { 200: channelSchema } },
    handler:
      ({ channels }) =>
      async (request) => {
        const { channel } = request.params;
        await channels[verb](channel);
        return knownChannel(channels, channel);
      },
  });
}

function nameInBody({ body }: { body: unknown }): string {
  return createChannelSchema.parse(body).name;
}
