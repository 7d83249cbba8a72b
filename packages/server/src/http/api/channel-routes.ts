import { channelSchema, createChannelSchema, emoteKey } from '@ovation/protocol';
import type { HttpParts } from '../parts.ts';
import { requirePermission } from '../permission.ts';
import { paginationOf, readCursor } from './cursor.ts';
import { knownChannel } from './known-channel.ts';
import { channelList, channelParams, momentList, momentsQuery } from './resource-schemas.ts';
import type { ApiInstance } from './instance.ts';

export function channelRoutes(app: ApiInstance, parts: HttpParts): void {
  const { channels, moments } = parts;

  app.get('/channels', { schema: { response: { 200: channelList } } }, async () => ({ data: await channels.list() }));

  app.post(
    '/channels',
    { schema: { body: createChannelSchema, response: { 200: channelSchema, 201: channelSchema } } },
    async (request, reply) => {
      const { name } = request.body;
      await requirePermission(parts, request, 'update:settings', name);
      const isNew = (await channels.find(name)) === undefined;
      await channels.ensure(name);
      const channel = await knownChannel(parts, name);
      return reply.status(isNew ? 201 : 200).send(channel);
    },
  );

  app.get('/channels/:channel', { schema: { params: channelParams, response: { 200: channelSchema } } }, (request) =>
    knownChannel(parts, request.params.channel),
  );

  app.get(
    '/channels/:channel/moments',
    { schema: { params: channelParams, querystring: momentsQuery, response: { 200: momentList } } },
    async (request) => {
      const { after, broadcast, detector, emote, from, limit, to } = request.query;
      const place = readCursor(after);
      const { name } = await knownChannel(parts, request.params.channel);
      const wantedEmote = emote === undefined ? undefined : { shown: emote, key: emoteKey(emote) ?? emote };
      const wanted = { after: place, limit, broadcastId: broadcast, detector, emote: wantedEmote, from, to };
      const page = await moments.page(name, wanted);
      return { data: page.moments, pagination: paginationOf(limit, page.next) };
    },
  );
}
