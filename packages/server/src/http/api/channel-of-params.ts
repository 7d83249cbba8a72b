import { channelNameSchema, ERRORS } from '@ovation/protocol';
import type { FastifyRequest } from 'fastify';
import { HttpProblem } from '../http-problem.ts';

/** The channel of the address, for hooks that run before the parameters are checked. */
export function channelOfParams(request: FastifyRequest): string {
  const { params } = request;
  const given = typeof params === 'object' && params !== null ? Reflect.get(params, 'channel') : undefined;
  const name = channelNameSchema.safeParse(given);
  if (name.success) return name.data;
  const reason = name.error.issues[0]?.message ?? 'is not a channel name';
  throw new HttpProblem(ERRORS.validation, { details: [{ field: 'channel', reason }] });
}
