import { channelSettingsSchema, previewSchema } from '@ovation/protocol';
import type { HttpParts } from '../parts.ts';
import { requirePermission } from '../permission.ts';
import { entityTag, versionOf } from './entity-tag.ts';
import { channelOfParams } from './channel-of-params.ts';
import type { ApiInstance } from './instance.ts';
import { knownChannel } from './known-channel.ts';
import { channelParams, settingsBody } from './resource-schemas.ts';

export function settingsRoutes(app: ApiInstance, parts: HttpParts): void {
  const path = '/channels/:channel/settings';

  app.get(
    path,
    { schema: { params: channelParams, response: { 200: channelSettingsSchema } } },
    async (request, reply) => {
      const { name } = await knownChannel(parts, request.params.channel);
      const settings = await parts.channels.settings(name);
      return reply.header('etag', entityTag(settings.version)).send(settings);
    },
  );

  app.route({
    // Both change the fields that are given: whoever takes PUT for a whole replacement sends them all.
    method: ['PUT', 'PATCH'],
    url: path,
    schema: { params: channelParams, body: settingsBody, response: { 200: channelSettingsSchema } },
    onRequest: (request) => requirePermission(parts, request, 'update:settings', channelOfParams(request)),
    handler: async (request, reply) => {
      const ifVersion = versionOf(request.headers['if-match']);
      const condition = ifVersion === undefined ? {} : { ifVersion };
      const settings = await parts.channels.changeSettings(request.params.channel, request.body, condition);
      return reply.header('etag', entityTag(settings.version)).send(settings);
    },
  });

  app.post(
    `${path}/preview`,
    { schema: { params: channelParams, body: settingsBody, response: { 200: previewSchema } } },
    async (request) => {
      const { name } = await knownChannel(parts, request.params.channel);
      const now = await parts.channels.settings(name);
      const { allowedEmotes = now.allowedEmotes, interval = now.interval, threshold = now.threshold } = request.body;
      return parts.moments.preview(name, { interval, threshold, allowedEmotes });
    },
  );
}
