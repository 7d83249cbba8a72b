import { createHash, timingSafeEqual } from 'node:crypto';
import { ERRORS } from '@ovation/protocol';
import type { FastifyRequest } from 'fastify';
import { isLoopbackPeer } from '../../callers/index.ts';
import { HttpProblem } from '../answers/http-problem.ts';
import { bearerOf } from '../permission.ts';

/**
 * `/internal` is for commands on this machine that could read the data folder's token. Without a token, and for peers
 * elsewhere, it does not exist.
 */
export function guardInternal(localToken: string | undefined, request: FastifyRequest): void {
  if (localToken === undefined || !isLoopbackPeer(request.raw.socket.remoteAddress)) {
    throw new HttpProblem(ERRORS.notFound);
  }
  const given = bearerOf(request);
  if (given === undefined) {
    throw new HttpProblem(ERRORS.unauthenticated, { headers: { 'www-authenticate': 'Bearer' } });
  }
  if (!timingSafeEqual(digest(given), digest(localToken))) {
    throw new HttpProblem(ERRORS.forbidden, { text: 'This is not the token of the data folder' });
  }
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
