import { classicMoment } from '@ovation/protocol';
import type { FastifyInstance } from 'fastify';
import type { HttpParts } from '../parts.ts';
import { requirePermission } from '../permission.ts';
import { channelOf } from './channel-of.ts';

const MOMENTS_MAX = 100;

/**
 * `GET /moments` (S2-43): the latest moments of the documents' rule that hold, newest first. A token with a `streamerId`
 * shows that channel, whatever the address names; the documents name no other filter and no shape, so it is the one of
 * their topic and socket.
 */
export function classicMomentsRoute(app: FastifyInstance, parts: HttpParts): void {
  app.get('/moments', async (request) => {
    const asked = channelOf(request);
    const { streamerId = asked } = await requirePermission(parts, request, 'read:moments', asked);
    const { moments } = await parts.moments.page(streamerId, { detector: 'ratio', limit: MOMENTS_MAX });
    return moments.filter(({ holds }) => holds).map(classicMoment);
  });
}
