/**
 * Our hub in a process of its own: real gateway, sockets, tickets, buckets, digests, tallies and bus; the log takes
 * everything and keeps nothing, and there is no database. With the argument `quiet` reactions are counted and nobody is
 * told.
 */
import { oneTicketKey } from '../../packages/server/test/support/gateway/one-ticket-key.ts';
import { createServer } from 'node:http';
import { channelFeed, feedSubject, type FeedEntry } from '@ovation/protocol';
import { createInProcessLiveBus } from '../../packages/server/src/adapters/in-process/live-bus.ts';
import { createSystemClock } from '../../packages/server/src/adapters/system/clock.ts';
import { bindFeedKinds, bindFrames, createGateway } from '../../packages/server/src/gateway/index.ts';
import { createAccess } from '../../packages/server/src/modules/access/index.ts';
import { feeds as channelFeeds } from '../../packages/server/src/modules/reactions/feeds.ts';
import { frames as reactionFrames } from '../../packages/server/src/modules/reactions/frames.ts';
import { createReactions, type Reactions } from '../../packages/server/src/modules/reactions/index.ts';
import type { Platform } from '../../packages/server/src/platform.ts';
import type { EventLog } from '../../packages/server/src/ports/event-log.ts';
import { silentLogger } from '../../packages/server/src/telemetry/logger.ts';
import { createMetrics } from '../../packages/server/src/telemetry/metrics.ts';
import { BenchServer, listenAndServe } from './bench-server.ts';

const CHANNEL = 'bench';
const FEED = channelFeed(CHANNEL);
const EPOCH = 'bench.1';
const settings = { interval: 30, threshold: 0.3, allowedEmotes: ['🔥'], version: 0, customized: false };

const clock = createSystemClock();
const logger = silentLogger();
const bus = createInProcessLiveBus({ logger });
const metrics = createMetrics();
const PARTITIONS = 12;
const noLog = {
  append: async (_: string, records: readonly object[]) =>
    records.map(() => ({ partition: 0, offset: 0, appendedAt: 0 })),
  describeTopic: async () => ({ name: 'feeds', id: 'bench', partitions: PARTITIONS, retentionMs: 1 }),
  endOffsets: async () => Array.from({ length: PARTITIONS }, () => 0),
  offsetAt: async () => 0,
  // Nothing is ever appended: whoever reads waits for the end.
  async *read({ signal, follow }: { signal?: AbortSignal; follow?: boolean }) {
    const { promise, resolve } = Promise.withResolvers<void>();
    signal?.addEventListener('abort', () => resolve());
    if (follow !== false) await promise;
    yield* [];
  },
};
// A gateway and its reactions use the log in these ways only.
const eventLog = noLog as unknown as EventLog;
const heardBy = process.argv.includes('quiet') ? createInProcessLiveBus({ logger }) : bus;
const reactions = createReactions({
  eventLog,
  bus: heardBy,
  clock,
  logger,
  metrics,
  activityPartitions: PARTITIONS,
});
const bench = new BenchServer();
let seq = 0;
const doors = {
  platform: { eventLog, bus, clock, logger },
  channels: {
    find: async (name: string) => ({ name, createdAt: '2026-01-01T00:00:00.000Z', live: null }),
    settings: async () => settings,
    aliases: async () => new Map<string, string>(),
  },
  moments: { recent: async () => [], secondsStill: () => 0 },
  reactions: {
    count: (reaction: Parameters<Reactions['count']>[0]) => {
      bench.heard();
      reactions.count(reaction);
    },
    isOpen: (channel: string) => reactions.isOpen(channel),
    setOpen: (channel: string, isOpen: boolean) => reactions.setOpen(channel, isOpen),
  },
};
const gateway = createGateway(
  // Of the platform a gateway needs only this.
  { eventLog, bus, clock, logger, metrics } as Platform,
  {
    feeds: {
      epoch: EPOCH,
      read: async (feeds) => new Map(feeds.map((feed) => [feed, { epoch: EPOCH, seq, entries: [] }])),
      ranges: async () => [],
      heads: async (feeds) => new Map(feeds.map((feed) => [feed, seq])),
      metUnknown: () => undefined,
    },
    control: { revocations: async () => [] },
    access: createAccess({ mode: 'token', secret: 'bench', clock }),
    modules: {
      feeds: () => bindFeedKinds(channelFeeds, doors),
      frames: () => bindFrames(reactionFrames, doors),
      ticketKeys: () => oneTicketKey('bench'),
    },
    storage: { refused: () => undefined },
  },
  {
    drainMs: 0,
    limits: { connections: 100_000, upgradesPerSecond: 100_000, connectionsPerAddress: 100_000 },
  },
);
const server = createServer((_, response) => response.end());
server.on('upgrade', (request, socket, head) => gateway.upgrade(request, socket, head));

/** An `ev` frame of about `bytes`. */
function publish(bytes: number): void {
  seq += 1;
  // An emote has 64 bytes at most, and each is one of its own.
  const pad = Array.from({ length: Math.max(1, Math.floor((bytes - 130) / 24)) }, (_, i) => `x${i}`.padEnd(21, 'x'));
  const body = { y: 'settings', d: { ...settings, allowedEmotes: pad, version: seq } };
  const entry: FeedEntry = { feed: FEED, epoch: EPOCH, seq, body };
  bus.publish(feedSubject(FEED), entry);
}

listenAndServe(server, bench, {
  broadcast: (count, bytes) => {
    for (let i = 0; i < count; i += 1) publish(bytes);
  },
});
