import { broadcastSchema, ERRORS, startBroadcastSchema } from '@ovation/protocol';
import { HttpProblem } from '../http-problem.ts';
import type { HttpParts } from '../parts.ts';
import { requirePermission } from '../permission.ts';
import { channelOfParams } from './channel-of-params.ts';
import type { ApiInstance } from './instance.ts';
import { paginationOf, readCursor } from './cursor.ts';
import { knownChannel } from './known-channel.ts';
import { effectIdOf } from './one-effect.ts';
import { broadcastList, broadcastParams, broadcastsQuery, channelParams } from './resource-schemas.ts';

const NONE_LIVE = 'No broadcast of this channel is live';

export function broadcastRoutes(app: ApiInstance, parts: HttpParts): void {
  readingRoutes(app, parts);
  changingRoutes(app, parts);
}

function readingRoutes(app: ApiInstance, parts: HttpParts): void {
  const query = { params: channelParams, querystring: broadcastsQuery, response: { 200: broadcastList } };
  app.get('/channels/:channel/broadcasts', { schema: query }, async (request) => {
    const { limit } = request.query;
    const place = readCursor(request.query.after);
    const { name } = await knownChannel(parts, request.params.channel);
    const after = place && { startedAt: place.at, id: place.id };
    const found = await parts.channels.broadcasts(name, { after, limit: limit + 1 });
    const last = found.length > limit ? found[limit - 1] : undefined;
    const next = last && { at: last.startedAt, id: last.id };
    return { data: found.slice(0, limit), pagination: paginationOf(limit, next) };
  });

  const one = { params: broadcastParams, response: { 200: broadcastSchema } };
  app.get('/channels/:channel/broadcasts/:broadcast', { schema: one }, async (request) => {
    const { name } = await knownChannel(parts, request.params.channel);
    const found = await parts.channels.broadcast(name, request.params.broadcast);
    if (found) return found;
    throw new HttpProblem(ERRORS.notFound, { text: 'This channel has no broadcast of this id' });
  });

  const live = { params: channelParams, response: { 200: broadcastSchema } };
  app.get('/channels/:channel/broadcasts/current', { schema: live }, async (request) => {
    const channel = await knownChannel(parts, request.params.channel);
    if (channel.live) return channel.live;
    throw new HttpProblem(ERRORS.notFound, { text: NONE_LIVE });
  });
}

function changingRoutes(app: ApiInstance, parts: HttpParts): void {
  app.post('/channels/:channel/broadcasts', {
    schema: { params: channelParams, body: startBroadcastSchema, response: { 201: broadcastSchema } },
    onRequest: (request) => requirePermission(parts, request, 'update:settings', channelOfParams(request)),
    handler: async (request, reply) => {
      const id = effectIdOf(request);
      const options = id === undefined ? {} : { id };
      const broadcast = await parts.channels.startBroadcast(request.params.channel, request.body.title, options);
      return reply.status(201).send(broadcast);
    },
  });

  app.delete('/channels/:channel/broadcasts/current', {
    schema: { params: channelParams, response: { 200: broadcastSchema } },
    onRequest: (request) => requirePermission(parts, request, 'update:settings', channelOfParams(request)),
    handler: async (request) => {
      const ended = await parts.channels.endBroadcast(request.params.channel);
      if (!ended) throw new HttpProblem(ERRORS.notFound, { text: NONE_LIVE });
      return ended;
    },
  });
}
