import type { FastifyRequest } from 'fastify';
import { type AccessRule, type Caller, callerOf as lookUp } from '../callers/index.ts';

const known = new WeakMap<FastifyRequest, Promise<Caller>>();

/** Looked up once per request. */
export function callerOf(access: AccessRule, request: FastifyRequest): Promise<Caller> {
  const found = known.get(request) ?? lookUp(access, request.raw);
  known.set(request, found);
  return found;
}
