import { channelNameSchema, channelSchema } from '@ovation/protocol';
import { z } from 'zod';
import { type Route, routeOf } from '../../../http/route.ts';
import { changeChannel } from '../change-channel.ts';
import type { ChannelDoors } from './doors.ts';

const changeBody = z.object({
  name: channelNameSchema,
  change: z.enum(['create', 'archive', 'restore', 'delete']),
});

const route = routeOf<ChannelDoors>();

/** What `ovation channels` asks of the running server, which holds the lock on the data folder. */
export const internalRoutes: readonly Route<ChannelDoors>[] = [
  route({
    method: 'GET',
    path: '/internal/channels',
    role: 'any',
    class: 'internal',
    summary: 'All channels, with those that are archived',
    describes: { answers: { 200: z.object({ data: z.array(channelSchema) }) } },
    handler:
      ({ channels }) =>
      async () => ({ data: [...(await channels.list()), ...(await channels.list({ archived: true }))] }),
  }),
  route({
    method: 'POST',
    path: '/internal/channels',
    role: 'any',
    class: 'internal',
    summary: 'Create, archive, restore or delete a channel as the owner',
    checks: { body: changeBody },
    describes: { answers: { 200: changeBody } },
    example: () => ({ name: 'myshow', change: 'create' }),
    handler:
      ({ channels }) =>
      async ({ body }) => {
        await changeChannel(channels, body.change, body.name);
        return body;
      },
  }),
];
