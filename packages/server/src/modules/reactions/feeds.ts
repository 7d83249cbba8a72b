import { channelEventSchema, channelNameSchema } from '@ovation/protocol';
import type { FeedKind } from '../../gateway/rooms/feed-kind.ts';
import { type ChannelFeedDoors, createChannelFeed } from './live/channel-feed.ts';

export const feeds: readonly FeedKind<ChannelFeedDoors>[] = [
  {
    prefix: 'channel',
    names: channelNameSchema,
    summary: 'moments, settings and broadcasts of a channel, with its live counts',
    followers: 'everyone',
    events: channelEventSchema,
    source: createChannelFeed,
  },
];
