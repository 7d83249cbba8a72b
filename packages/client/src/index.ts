export * from './api.ts';
export type { ChannelStore, ChannelTick, EventOf } from './channel-store.ts';
export { emptyView, type ChannelState, type ChannelView, type LiveBroadcast } from './channel-view.ts';
export { createConnection, type Connection, type ConnectionOptions } from './connection.ts';
export {
  browserOnline,
  systemTimers,
  webSocketTransport,
  type Online,
  type Timers,
  type Transport,
  type Wire,
  type WireEvents,
} from './environment.ts';
// All of it, so that declaration merging reaches `FeedKinds` by the package's name.
export * from './feed-types.ts';
export { pollTransport, streamTransport, type HttpTransportOptions } from './http-transports.ts';
export type { ConnectionState } from './link.ts';
export { SERIES_SECONDS, type Series } from './series.ts';
export { isSameTally, tallyOf, type Tally } from './tally.ts';
