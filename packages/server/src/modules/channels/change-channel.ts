import type { ChannelMaker } from '../../callers/index.ts';

/** What the owner of the data folder does with a channel. */
export type ChannelChange = 'create' | 'archive' | 'restore' | 'delete';

interface ChannelKeeper {
  ensure(name: string, maker: ChannelMaker): Promise<void>;
  archive(name: string): Promise<void>;
  restore(name: string): Promise<void>;
  remove(name: string): Promise<void>;
}

/** @throws ChannelProblem */
export function changeChannel(channels: ChannelKeeper, change: ChannelChange, name: string): Promise<void> {
  switch (change) {
    case 'create':
      return channels.ensure(name, 'owner');
    case 'archive':
      return channels.archive(name);
    case 'restore':
      return channels.restore(name);
    case 'delete':
      return channels.remove(name);
  }
}
