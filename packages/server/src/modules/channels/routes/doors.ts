import type { Channels } from '../index.ts';

/** What the routes of the module work on. */
export interface ChannelDoors {
  readonly channels: Channels;
}
