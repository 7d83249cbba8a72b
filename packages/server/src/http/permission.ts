import { ERRORS } from '@ovation/protocol';
import type { FastifyRequest } from 'fastify';
import { bearerOf as bearerOfHeaders } from '../callers/index.ts';
import { HttpProblem } from './http-problem.ts';
import type { HttpParts } from './parts.ts';

/**
 * @returns the channel that the token is for, where it names one
 * @throws HttpProblem 401 without a token, 403 with one that is not valid or not enough
 */
export async function requirePermission(
  parts: Pick<HttpParts, 'access'>,
  request: FastifyRequest,
  permission: string,
  channel: string,
): Promise<{ streamerId?: string | undefined }> {
  if (parts.access.mode === 'open') return {};
  const answer = await parts.access.check(bearerOf(request), permission, channel);
  if (answer.ok) return { streamerId: answer.streamerId };
  const spec = answer.status === 401 ? ERRORS.unauthenticated : ERRORS.forbidden;
  const headers = answer.status === 401 ? { 'www-authenticate': 'Bearer' } : {};
  throw new HttpProblem(spec, { text: answer.text, headers });
}

export function bearerOf(request: FastifyRequest): string | undefined {
  return bearerOfHeaders(request.raw);
}
