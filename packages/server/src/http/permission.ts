import { ERRORS } from '@ovation/protocol';
import type { FastifyRequest } from 'fastify';
import { type AccessRule, bearerOf as bearerOfHeaders, type ChannelMaker, makerOf, userOf } from '../callers/index.ts';
import { HttpProblem } from './answers/http-problem.ts';
import { callerOf } from './caller.ts';

const WANTED = { 'www-authenticate': 'Bearer' };

const channelsOfTokens = new WeakMap<FastifyRequest, string>();

/**
 * @param channelOf is called in open mode too: what is no channel is refused in either
 * @throws HttpProblem 401 without a token, 403 with one that is not valid or not enough
 */
export async function requirePermission(
  access: AccessRule,
  request: FastifyRequest,
  permission: string,
  channelOf: () => string | Promise<string>,
): Promise<void> {
  const channel = await channelOf();
  if (access.mode === 'open') return;
  const answer = await access.check(bearerOf(request), permission, channel);
  if (!answer.ok) {
    const isMissing = answer.status === 401;
    const spec = isMissing ? ERRORS.unauthenticated : ERRORS.forbidden;
    throw new HttpProblem(spec, { text: answer.text, headers: isMissing ? WANTED : {} });
  }
  if (answer.streamerId !== undefined) channelsOfTokens.set(request, answer.streamerId);
}

/**
 * By what right the request makes a channel that is missing.
 * @throws HttpProblem 401 without a token, 403 with one that is not valid or not enough
 */
export async function channelMakerOf(
  access: AccessRule,
  request: FastifyRequest,
  channel: string,
): Promise<ChannelMaker> {
  await requirePermission(access, request, 'create:channels', () => channel);
  return makerOf(access, await callerOf(access, request));
}

/** The channel that the token of a request names, when its permission was checked. */
export function channelOfToken(request: FastifyRequest): string | undefined {
  return channelsOfTokens.get(request);
}

/** @throws HttpProblem 401 without a token, 403 with one that is not valid */
export async function requireAnyToken(access: AccessRule, request: FastifyRequest): Promise<void> {
  if (access.mode === 'open') return;
  if (bearerOf(request) === undefined) throw new HttpProblem(ERRORS.unauthenticated, { headers: WANTED });
  if (userOf(await callerOf(access, request)) === undefined) throw new HttpProblem(ERRORS.forbidden);
}

export function bearerOf(request: FastifyRequest): string | undefined {
  return bearerOfHeaders(request.raw);
}
