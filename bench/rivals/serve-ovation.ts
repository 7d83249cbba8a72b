/** Our hub in a process of its own: real gateway, real sockets, in-process bus; no log and no database behind it. */
import { createServer } from 'node:http';
import { channelFeed, feedSubject, type FeedEntry } from '@ovation/protocol';
import { createInProcessLiveBus } from '../../packages/server/src/adapters/in-process/live-bus.ts';
import { createSystemClock } from '../../packages/server/src/adapters/system/clock.ts';
import { createGateway } from '../../packages/server/src/gateway/index.ts';
import { createAccess } from '../../packages/server/src/modules/access/index.ts';
import { createTallyPublisher } from '../../packages/server/src/modules/reactions/index.ts';
import type { EventLog } from '../../packages/server/src/ports/event-log.ts';
import { silentLog } from '../../packages/server/src/telemetry/log.ts';
import { createMetrics } from '../../packages/server/src/telemetry/metrics.ts';
import { serveBench } from './bench-server.ts';

const CHANNEL = 'bench';
const FEED = channelFeed(CHANNEL);
const EPOCH = 'bench.1';
const settings = { interval: 30, threshold: 0.3, allowedEmotes: ['🔥'], version: 0, customized: false };

const clock = createSystemClock();
const log = silentLog();
const bus = createInProcessLiveBus({ log });
const tallies = createTallyPublisher({ bus, clock });
const noLog = {
  describeTopic: async () => ({ name: 'feeds', id: 'bench', partitions: 12, retentionMs: 1 }),
  endOffsets: async () => Array.from({ length: 12 }, () => 0),
  offsetAt: async () => 0,
  // Nothing is ever appended: whoever reads waits for the end.
  async *read({ signal, follow }: { signal?: AbortSignal; follow?: boolean }) {
    const { promise, resolve } = Promise.withResolvers<void>();
    signal?.addEventListener('abort', () => resolve());
    if (follow !== false) await promise;
    yield* [];
  },
};
let reactions = 0;
let seq = 0;
const gateway = createGateway({
  database: { epoch: EPOCH },
  // A gateway reads the log in these ways only.
  eventLog: noLog as unknown as EventLog,
  bus,
  clock,
  log,
  metrics: createMetrics(),
  channels: {
    find: async (name) => ({ name, createdAt: '2026-01-01T00:00:00.000Z', live: null }),
    settings: async () => settings,
    aliases: async () => new Map(),
    changeSettings: async () => settings,
  },
  feeds: {
    read: async (feeds) => new Map(feeds.map((feed) => [feed, { seq, entries: [] }])),
    ranges: async () => [],
    heads: async (feeds) => new Map(feeds.map((feed) => [feed, seq])),
  },
  moments: { recent: async () => [] },
  reactions: {
    count: ({ channel, key, n }) => {
      reactions += 1;
      tallies.add(channel, key, n);
    },
  },
  access: createAccess({ mode: 'token', secret: 'bench', clock }),
  socketLimits: { upgradesPerSecond: 100_000, connectionsPerAddress: 100_000 },
});
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

serveBench(server, {
  broadcast: (count, bytes) => {
    for (let i = 0; i < count; i += 1) publish(bytes);
  },
  received: () => reactions,
});
