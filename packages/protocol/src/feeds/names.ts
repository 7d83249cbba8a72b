/** The feed that carries a channel's moments and settings, in order. */
export function channelFeed(channel: string): string {
  return `channel:${channel}`;
}

/** The channel of a `channel:<name>` feed, or undefined for any other feed. */
export function channelOfFeed(feed: string): string | undefined {
  return feed.startsWith('channel:') ? feed.slice('channel:'.length) : undefined;
}

/** Where copies of a feed's entries travel on the live bus. */
export function feedSubject(feed: string): string {
  return `feed:${feed}`;
}
