import type { Config } from '../config/config.ts';
import { ClosingStack } from '../host/closing-stack.ts';
import type { Channels } from '../modules/channels/index.ts';
import { openAtRest } from './open-at-rest.ts';

/**
 * The channels of a data folder that no server holds. Control records wait in the outbox for the next start.
 * @throws Error with a sentence for a person
 */
export async function withChannelsAtRest<T>(config: Config, work: (channels: Channels) => Promise<T>): Promise<T> {
  await using closing = new ClosingStack();
  // The role whose modules have something of a channel: what they have goes with it.
  const { modules } = await openAtRest({ ...config, roles: ['api'] }, closing);
  // Awaited here: the folder is closed when this returns.
  return await work(modules.api<Channels>('channels'));
}
