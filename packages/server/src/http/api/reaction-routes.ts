import { messageBatchSchema, reactionBatchSchema } from '@ovation/protocol';
import { ChannelProblem } from '../../modules/channels/index.ts';
import type { HttpParts } from '../parts.ts';
import { requirePermission } from '../permission.ts';
import type { ApiInstance } from './instance.ts';
import { knownChannel } from './known-channel.ts';
import { readMessages } from './read-messages.ts';
import { readReactions } from './read-reactions.ts';
import { acceptedReactions, channelParams } from './resource-schemas.ts';

/** A thousand reactions with the longest ids, emotes and aliases, every character escaped; longer messages come in smaller batches. */
const BATCH_MAX_BYTES = 2_097_152;

export function reactionRoutes(app: ApiInstance, parts: HttpParts): void {
  app.post('/channels/:channel/reactions', {
    bodyLimit: BATCH_MAX_BYTES,
    schema: { params: channelParams, body: reactionBatchSchema, response: { 202: acceptedReactions } },
    handler: async (request, reply) => {
      const { name } = await knownChannel(parts, request.params.channel);
      const { aliases, items } = readReactions(request.body, parts.clock.now());
      // Anybody may react, but how an emote is called is shown to everybody: that is the streamer's to say.
      if (aliases.size > 0) await requirePermission(parts, request, 'update:settings', name);
      const warning = await rememberAliases(parts, name, aliases);
      await parts.reactions.append(name, items);
      return reply.status(202).send({ accepted: items.length, ...(warning ? { warnings: [warning] } : {}) });
    },
  });

  app.post('/channels/:channel/messages', {
    bodyLimit: BATCH_MAX_BYTES,
    schema: { params: channelParams, body: messageBatchSchema, response: { 202: acceptedReactions } },
    handler: async (request, reply) => {
      const { name } = await knownChannel(parts, request.params.channel);
      // Words of a message may be shown to everybody beside a moment: whose chat it is decides who brings it in.
      await requirePermission(parts, request, 'update:settings', name);
      const { aliases, messages } = readMessages(request.body, parts.clock.now());
      const warning = await rememberAliases(parts, name, aliases);
      await parts.messages.append(name, messages);
      return reply.status(202).send({ accepted: messages.length, ...(warning ? { warnings: [warning] } : {}) });
    },
  });
}

/** Names beyond the bound are left out with a warning: a reaction counts whether or not its emote has a name. */
async function rememberAliases(parts: HttpParts, channel: string, aliases: ReadonlyMap<string, string>) {
  try {
    await parts.channels.rememberAliases(channel, aliases);
    return undefined;
  } catch (error) {
    if (error instanceof ChannelProblem && error.code === 'too_many_aliases') {
      return { field: 'reactions', reason: error.message };
    }
    throw error;
  }
}
