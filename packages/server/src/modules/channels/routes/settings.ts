import { channelSettingsSchema } from '@ovation/protocol';
import type { z } from 'zod';
import { channelOfParams, channelParams, knownChannel, makeMissing } from '../../../http/channel-of.ts';
import { entityTag, versionOf } from '../../../http/entity-tag.ts';
import { type Route, routeOf } from '../../../http/route.ts';
import { settingsBody } from '../settings-body.ts';
import type { ChannelDoors } from './doors.ts';

const path = '/api/v1/channels/:channel/settings';
const route = routeOf<ChannelDoors>();

export const settingsRoutes: readonly Route<ChannelDoors>[] = [
  route({
    method: 'GET',
    path,
    class: 'api',
    summary: 'Its settings and their version',
    checks: { params: channelParams, answers: { 200: channelSettingsSchema } },
    handler:
      ({ channels }) =>
      async (request, reply) => {
        const { name } = await knownChannel(channels, request.params.channel);
        const settings = await channels.settings(name);
        return reply.header('etag', entityTag(settings.version)).send(settings);
      },
  }),
  change('PUT', 'Change the fields that are given', { interval: 30, threshold: 0.3, allowedEmotes: ['🔥', '👍'] }),
  // Both change the fields that are given: a PUT that gives all of them replaces the settings.
  change('PATCH', 'The same as PUT', { interval: 50 }),
];

function change(method: 'PUT' | 'PATCH', summary: string, example: z.input<typeof settingsBody>) {
  return route({
    method,
    path,
    class: 'api',
    permission: { name: 'update:settings', channel: channelOfParams },
    summary,
    checks: { params: channelParams, body: settingsBody, answers: { 200: channelSettingsSchema } },
    example: () => example,
    handler:
      ({ channels }, context) =>
      async (request, reply) => {
        await makeMissing(channels, context, request, request.params.channel);
        const ifVersion = versionOf(request.headers['if-match']);
        const condition = ifVersion === undefined ? {} : { ifVersion };
        const settings = await channels.changeSettings(request.params.channel, request.body, condition);
        return reply.header('etag', entityTag(settings.version)).send(settings);
      },
  });
}
