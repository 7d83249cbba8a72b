import { type Channel, ERRORS } from '@ovation/protocol';
import { HttpProblem } from '../http-problem.ts';
import type { HttpParts } from '../parts.ts';

/** @throws HttpProblem 404 `channel_not_found` */
export async function knownChannel(parts: Pick<HttpParts, 'channels'>, name: string): Promise<Channel> {
  const channel = await parts.channels.find(name);
  if (channel) return channel;
  throw new HttpProblem(ERRORS.channelNotFound, {
    details: [{ field: 'channel', reason: `There is no channel ${name}; POST /api/v1/channels creates one` }],
  });
}
