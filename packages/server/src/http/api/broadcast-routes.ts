import { broadcastSchema, ERRORS, startBroadcastSchema } from '@ovation/protocol';
import { HttpProblem } from '../http-problem.ts';
import type { HttpParts } from '../parts.ts';
import { requirePermission } from '../permission.ts';
import { channelOfParams } from './channel-of-params.ts';
import type { ApiInstance } from './instance.ts';
import { channelParams } from './resource-schemas.ts';

export function broadcastRoutes(app: ApiInstance, parts: HttpParts): void {
  app.post('/channels/:channel/broadcasts', {
    schema: { params: channelParams, body: startBroadcastSchema, response: { 201: broadcastSchema } },
    onRequest: (request) => requirePermission(parts, request, 'update:settings', channelOfParams(request)),
    handler: async (request, reply) => {
      const broadcast = await parts.channels.startBroadcast(request.params.channel, request.body.title);
      return reply.status(201).send(broadcast);
    },
  });

  app.delete('/channels/:channel/broadcasts/current', {
    schema: { params: channelParams, response: { 200: broadcastSchema } },
    onRequest: (request) => requirePermission(parts, request, 'update:settings', channelOfParams(request)),
    handler: async (request) => {
      const ended = await parts.channels.endBroadcast(request.params.channel);
      if (!ended) throw new HttpProblem(ERRORS.notFound, { text: 'No broadcast of this channel is live' });
      return ended;
    },
  });
}
