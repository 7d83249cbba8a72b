import type { FastifyRequest } from 'fastify';
import { type Caller, callerOf as lookUp } from '../callers/index.ts';
import type { HttpParts } from './parts.ts';

export { isLoopbackPeer } from '../callers/index.ts';

const known = new WeakMap<FastifyRequest, Promise<Caller>>();

/** Looked up once per request. */
export function callerOf({ access }: Pick<HttpParts, 'access'>, request: FastifyRequest): Promise<Caller> {
  const found = known.get(request) ?? lookUp(access, request.raw);
  known.set(request, found);
  return found;
}
