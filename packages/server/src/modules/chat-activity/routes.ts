import { messageBatchSchema } from '@ovation/protocol';
import { acceptedBatch, BATCH_MAX_BYTES } from '../../http/batches.ts';
import { channelOfParams, channelParams, knownChannel, requireOpen } from '../../http/channel-of.ts';
import { type Route, routeOf } from '../../http/route.ts';
import { type Channels, nameEmotes } from '../channels/index.ts';
import type { Messages } from './index.ts';
import { readMessages } from './read-messages.ts';

interface MessageDoors {
  readonly channels: Pick<Channels, 'find' | 'rememberAliases'>;
  readonly 'chat-activity': Pick<Messages, 'append'>;
}

const route = routeOf<MessageDoors>();

export const routes: readonly Route<MessageDoors>[] = [
  route({
    method: 'POST',
    path: '/api/v1/channels/:channel/messages',
    class: 'ingest',
    // Words of a message may be shown beside a moment, so only the owner of the channel may bring a chat in.
    permission: {
      name: 'update:settings',
      channel: async (request, { channels }) => (await knownChannel(channels, channelOfParams(request))).name,
      after: 'body',
    },
    summary: 'A batch of chat messages with ids; their emotes are reactions',
    bodyMaxBytes: BATCH_MAX_BYTES,
    checks: { params: channelParams, body: messageBatchSchema, answers: { 202: acceptedBatch } },
    example: (now) => ({
      messages: [
        { id: 'chat-1', author: 'viewer7', text: 'what a goal LUL', occurredAt: now, emotes: [{ emote: 'LUL' }] },
        { id: 'chat-2', author: 'viewer8', text: 'again!!', occurredAt: now },
      ],
    }),
    handler:
      ({ channels, 'chat-activity': chat }, { clock }) =>
      async (request, reply) => {
        const { channel } = request.params;
        requireOpen(await knownChannel(channels, channel));
        const { aliases, messages } = readMessages(request.body, clock.now());
        const warnings = await nameEmotes(channels, channel, aliases);
        await chat.append(channel, messages);
        return reply.status(202).send({ accepted: messages.length, ...(warnings.length > 0 ? { warnings } : {}) });
      },
  }),
];
