import { z } from 'zod';

/** Topics of the event log. The documents' names are contracts; `activity` and `feeds` are ours. */
export const TOPICS = {
  rawEmoteData: 'raw-emote-data',
  aggregatedEmoteData: 'aggregated-emote-data',
  activity: 'activity',
  feeds: 'feeds',
  deadLetter: 'dead-letter',
} as const;

const DAY_MS = 86_400_000;

export interface TopicSpec {
  readonly name: string;
  readonly partitions: number;
  readonly retentionMs: number;
}

/** Ruling C35: partitions and retention of each topic. Embedded logs use four partitions where clusters use 32. */
export function topicSpecs(mode: 'embedded' | 'cluster'): TopicSpec[] {
  const wide = mode === 'embedded' ? 4 : 32;
  return [
    { name: TOPICS.rawEmoteData, partitions: wide, retentionMs: DAY_MS },
    { name: TOPICS.activity, partitions: wide, retentionMs: DAY_MS },
    { name: TOPICS.feeds, partitions: 12, retentionMs: DAY_MS / 24 },
    { name: TOPICS.aggregatedEmoteData, partitions: 3, retentionMs: 7 * DAY_MS },
    { name: TOPICS.deadLetter, partitions: 3, retentionMs: 7 * DAY_MS },
  ];
}

/** Where classic clients land that name no channel, and the channel of the simulated audience. Never mixed. */
export const DEFAULT_CHANNEL = 'default';
export const DEMO_CHANNEL = 'demo';

/** A channel's name as it appears in URLs, keys and frames. */
export const channelNameSchema = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$/, 'A channel name is 1 to 64 letters, digits, "_", "." or "-"');

/** The feed that carries a channel's moments and settings, in order. */
export function channelFeed(channel: string): string {
  return `channel:${channel}`;
}

/** The channel of a `channel:<name>` feed, or undefined for any other feed. */
export function channelOfFeed(feed: string): string | undefined {
  return feed.startsWith('channel:') ? feed.slice('channel:'.length) : undefined;
}

/** The feed that tells every gateway of epochs and revocations. */
export const CONTROL_FEED = 'system:control';

/** Where copies of a feed's entries travel on the live bus. */
export function feedSubject(feed: string): string {
  return `feed:${feed}`;
}
