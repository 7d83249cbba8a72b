import { type ClassicMoment, classicMoment, ERRORS, type SignificantMomentsFrame } from '@ovation/protocol';
import type { FeedSource } from '../../../gateway/rooms/feed-kind.ts';
import type { Platform } from '../../../platform.ts';
import type { Channels } from '../../channels/index.ts';
import type { Moments } from '../../moments/index.ts';
import type { Reactions } from '../index.ts';
import { ChannelLive } from './channel-live.ts';
import { ChannelState, type ReadEvent, SNAPSHOT_MOMENTS } from './channel-state.ts';

export interface ChannelFeedDoors {
  readonly channels: Pick<Channels, 'aliases' | 'find' | 'settings'>;
  readonly moments: Pick<Moments, 'recent' | 'secondsStill'>;
  readonly reactions: Pick<Reactions, 'setOpen'>;
  readonly platform: Pick<Platform, 'bus' | 'clock' | 'eventLog' | 'logger'>;
}

/** What `channel:<name>` feeds are: the state of a channel, and its counts on top. */
export function createChannelFeed({ channels, moments, platform, reactions }: ChannelFeedDoors): FeedSource {
  return {
    async refusal(name) {
      if (await channels.find(name)) return undefined;
      const reason = `There is no channel ${name}; POST /api/v1/channels creates one`;
      return { spec: ERRORS.channelNotFound, details: [{ field: 'channel', reason }] };
    },
    async read(name) {
      // A channel that does not exist has no moments: listening to it costs next to nothing.
      const found = await channels.find(name);
      const [settings, recent] = await Promise.all([
        channels.settings(name),
        found ? moments.recent(name, SNAPSHOT_MOMENTS) : [],
      ]);
      const onOpen = (isOpen: boolean) => reactions.setOpen(name, isOpen);
      onOpen(found?.archivedAt === undefined);
      return new ChannelState({ settings, moments: recent, live: found?.live ?? null, onOpen });
    },
    live: (room) => new ChannelLive({ ...platform, channels, moments }, room),
    /** The moments that hold, and nothing else (S0-22). */
    classic(events: readonly ReadEvent[]) {
      const data = events.flatMap((event): ClassicMoment[] =>
        event.y === 'moment' && event.d.detector === 'ratio' && event.d.holds ? [classicMoment(event.d)] : [],
      );
      return data.length > 0 ? ({ type: 'significant-moments', data } satisfies SignificantMomentsFrame) : undefined;
    },
  };
}
