import { type ActivityItem, type Broadcast, type Channel, DEFAULT_SETTINGS } from '@ovation/protocol';
import type { FastifyInstance } from 'fastify';
import type { AccessRule } from '../../src/callers/index.ts';
import { bindFeedKinds, FeedKinds, type Gateway } from '../../src/gateway/index.ts';
import { feeds as channelFeeds } from '../../src/modules/reactions/feeds.ts';
import { liveRoutes } from '../../src/gateway/doors/live-routes.ts';
import {
  allRoutes,
  bindRoutes,
  type BoundRoute,
  createHttp,
  ErrorAnswers,
  type HealthSources,
  probeRoutes,
  type RouteInfo,
  StorageWatch,
} from '../../src/http/index.ts';
import { createAccess } from '../../src/modules/access/index.ts';
import { ChannelProblem, type Channels } from '../../src/modules/channels/index.ts';
import type { Messages, SentMessage } from '../../src/modules/chat-activity/index.ts';
import type { DeadLetterBox } from '../../src/modules/dead-letters/index.ts';
import type { Idempotency } from '../../src/modules/idempotency/index.ts';
import { type Limits, requestLimits } from '../../src/modules/limits/index.ts';
import type { Moments } from '../../src/modules/moments/index.ts';
import type { Reactions } from '../../src/modules/reactions/index.ts';
import { modules } from '../../src/modules/index.ts';
import { analyzeRecording, problemOfFile, type Recordings } from '../../src/modules/recordings/index.ts';
import type { Clock } from '../../src/ports/clock.ts';
import type { Database } from '../../src/ports/database.ts';
import type { EventLog, NewRecord } from '../../src/ports/event-log.ts';
import { type Logger, silentLogger } from '../../src/telemetry/logger.ts';
import { createMetrics, type Metrics } from '../../src/telemetry/metrics.ts';
import { fakeMoment } from './fake-moment.ts';
import { createManualClock } from './manual-clock.ts';

/** What a test may replace: module APIs, ports, and what the process says of itself. */
export interface FakeParts {
  readonly channels: Channels;
  readonly moments: Pick<Moments, 'page' | 'preview'>;
  readonly deadLetters: DeadLetterBox;
  readonly reactions: Pick<Reactions, 'append'>;
  readonly messages: Pick<Messages, 'append'>;
  readonly recordings: Recordings;
  readonly access: AccessRule;
  readonly idempotency: Idempotency;
  readonly limits: Limits;
  readonly eventLog: EventLog;
  readonly database: Database;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly webFolder: string | undefined;
  /** without feed kinds of its own it serves those of the modules */
  readonly live: Pick<Gateway, 'stream' | 'poll'> & Partial<Pick<Gateway, 'kinds'>>;
  readonly localToken: string | undefined;
  gatewayConnections(): number;
  messageCount(): number;
  hasRoom(): Promise<boolean>;
  isDraining(): boolean;
  standstills(): readonly string[];
}

/** Topic of the classic single records. */
const RAW_TOPIC = 'raw-emote-data';

/** Of every module in the list. */
const moduleRoutes = (await Promise.all(modules.map(async ({ routes }) => (await routes?.()) ?? []))).flat();

/** For tests: the real server and the real routes of every module, over fakes. */
export async function serveFakes(parts: FakeParts): Promise<FastifyInstance> {
  const storage = new StorageWatch(parts.clock, () => parts.hasRoom());
  return createHttp({
    ...parts,
    hasPages: true,
    hasSockets: false,
    routes: fakeRoutes(parts, storage),
    limits: requestLimits(parts.limits),
    answers: new ErrorAnswers({ ...parts, storage }),
  });
}

/** What the tables say of every route of the server. */
export function listedRoutes(): readonly RouteInfo[] {
  return allRoutes(fakeRoutes(fakeParts().parts));
}

function fakeRoutes(parts: FakeParts, storage = new StorageWatch(parts.clock)): BoundRoute[] {
  const { database, eventLog, logger } = parts;
  const doors = {
    ...parts,
    'dead-letters': parts.deadLetters,
    'chat-activity': parts.messages,
    platform: { database, eventLog, logger, config: { rawTopic: RAW_TOPIC } },
  };
  const gateway = {
    kinds: parts.live.kinds ?? new FeedKinds(bindFeedKinds(channelFeeds, doors as never)),
    stream: (request: Parameters<Gateway['stream']>[0]) => parts.live.stream(request),
    poll: (request: Parameters<Gateway['poll']>[0]) => parts.live.poll(request),
  };
  const { registry } = parts.metrics;
  const health: HealthSources = {
    askEventLog: () => eventLog.endOffsets(RAW_TOPIC),
    askDatabase: (timeoutMs) => database.ping(timeoutMs),
    settings: (channel) => parts.channels.settings(channel),
    connections: () => parts.gatewayConnections(),
    messageCount: () => parts.messageCount(),
    isDraining: () => parts.isDraining(),
    standstills: () => parts.standstills(),
    metrics: async () => ({ contentType: registry.contentType, text: await registry.metrics() }),
  };
  return [
    // A test gives them what they work on by the names that their modules have.
    ...bindRoutes(moduleRoutes, doors as never),
    ...bindRoutes(liveRoutes, { gateway }),
    ...bindRoutes(probeRoutes, { health, storage, clock: parts.clock }),
  ];
}

/** For tests: modules and ports in memory that remember what they were told. */
export function fakeParts(changes: Partial<FakeParts> = {}) {
  const clock = createManualClock();
  const { appended, eventLog } = fakeEventLog();
  const { channels, state } = fakeChannels();
  const reactions: { channel: string; items: readonly ActivityItem[] }[] = [];
  const messages: { channel: string; messages: readonly SentMessage[] }[] = [];
  const parts: FakeParts = {
    channels,
    moments: {
      page: (_channel, { limit }) =>
        Promise.resolve({ moments: [fakeMoment(), fakeMoment()].slice(0, limit), next: undefined }),
      preview: () => Promise.resolve({ moments: 3, windows: 60, reactions: 1000, spanMs: 3_600_000 }),
    },
    deadLetters: {
      list: () => Promise.resolve([]),
      replay: (key) => Promise.resolve(key === 'none' ? undefined : { replayed: [key], refused: [] }),
      replayAll: () => Promise.resolve({ replayed: [], refused: [] }),
    },
    reactions: { append: async (channel, items) => void reactions.push({ channel, items }) },
    messages: { append: async (channel, batch) => void messages.push({ channel, messages: batch }) },
    // In this thread: a thousand threads would be a long test.
    recordings: {
      clear: () => Promise.resolve(),
      analyze: (bytes) => analyzeRecording({ name: 'the file', bytes }).catch(refuseFile),
    },
    access: createAccess({ mode: 'open', secret: undefined }),
    idempotency: {
      begin: () =>
        Promise.resolve({
          outcome: 'first',
          effectId: 'b1',
          finish: () => Promise.resolve(),
          giveUp: () => Promise.resolve(),
        }),
    },
    limits: { take: () => Promise.resolve(undefined) },
    eventLog,
    database: fakeDatabase(),
    clock,
    logger: silentLogger(),
    metrics: createMetrics(),
    webFolder: undefined,
    live: {
      stream: async () => undefined,
      poll: async () => '{}',
    },
    gatewayConnections: () => 7,
    messageCount: () => 42,
    localToken: 'local-secret',
    hasRoom: () => Promise.resolve(true),
    isDraining: () => false,
    standstills: () => [],
    ...changes,
  };
  return { parts, clock, appended, reactions, messages, channelState: state };
}

function refuseFile(error: unknown): never {
  throw problemOfFile(error) ?? error;
}

export function fakeDatabase(changes: Partial<Database> = {}): Database {
  const refuse = () => Promise.reject(Object.assign(new Error('syntax error at or near "x"'), { code: '42601' }));
  return {
    // No handler of HTTP speaks SQL but `/internal/sql`, which only asks for a unit of work.
    sql: undefined as never,
    readSql: undefined as never,
    isShared: false,
    epoch: 'fake.1',
    renewEpoch: () => Promise.resolve('fake.2'),
    unitOfWork: refuse,
    onFeedEntries: () => ({ [Symbol.dispose]: () => {} }),
    onOutbox: () => ({ [Symbol.dispose]: () => {} }),
    ping: () => Promise.resolve(),
    [Symbol.asyncDispose]: () => Promise.resolve(),
    ...changes,
  };
}

function fakeEventLog() {
  const appended: { topic: string; records: readonly NewRecord[] }[] = [];
  const values = (topic: string) => appended.filter((call) => call.topic === topic).flatMap((call) => call.records);
  const eventLog: EventLog = {
    createTopic: (spec) => Promise.resolve({ ...spec, id: 'id' }),
    keepFor: (name, retentionMs) => Promise.resolve({ name, id: 'id', partitions: 1, retentionMs }),
    describeTopic: (topic) =>
      Promise.resolve(
        topic === 'raw-emote-data' ? { name: topic, id: 'id', partitions: 1, retentionMs: 86_400_000 } : undefined,
      ),
    topics: () => Promise.resolve([]),
    append: (topic, records) => {
      appended.push({ topic, records });
      return Promise.resolve(records.map((_, offset) => ({ partition: 0, offset, appendedAt: 0 })));
    },
    async *read({ from, topic }) {
      const start = from.get(0) ?? 0;
      const records = values(topic).map((record, offset) => ({
        topic,
        partition: 0,
        offset,
        appendedAt: offset,
        key: record.key ?? null,
        value: new TextEncoder().encode(String(record.value)),
        headers: {},
      }));
      yield { partition: 0, records: records.slice(start), nextOffset: records.length };
    },
    endOffsets: (topic) => Promise.resolve([values(topic).length]),
    earliestOffsets: () => Promise.resolve([0]),
    offsetAt: () => Promise.resolve(0),
    commit: () => Promise.resolve(),
    committed: () => Promise.resolve(new Map()),
    join: () => Promise.resolve({ held: [], [Symbol.asyncDispose]: () => Promise.resolve() }),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
  return { eventLog, appended };
}

function fakeChannels() {
  const state = {
    settings: new Map<string, Awaited<ReturnType<Channels['settings']>>>(),
    names: new Set(['default', 'demo']),
    archived: new Set<string>(),
    live: new Map<string, Broadcast>(),
    aliases: new Map<string, string>(),
  };
  const find = (name: string): Channel | undefined =>
    state.names.has(name)
      ? {
          name,
          createdAt: '2026-01-01T00:00:00.000Z',
          live: state.live.get(name) ?? null,
          ...(state.archived.has(name) && { archivedAt: '2026-01-02T00:00:00.000Z' }),
        }
      : undefined;
  const known = (name: string) => {
    if (state.names.has(name)) return name;
    throw new ChannelProblem('unknown_channel', `There is no channel ${name}`);
  };
  const settings = (name: string) => state.settings.get(name) ?? { ...DEFAULT_SETTINGS, version: 0, customized: false };
  const channels: Channels = {
    ensure: async (name) => void state.names.add(name),
    find: (name) => Promise.resolve(find(name)),
    list: ({ archived = false } = {}) =>
      Promise.resolve(
        [...state.names]
          .map(find)
          .filter((channel) => channel !== undefined)
          .filter(({ archivedAt }) => (archivedAt !== undefined) === archived),
      ),
    isOfDeleted: () => Promise.resolve(false),
    archive: async (name) => void state.archived.add(known(name)),
    restore: async (name) => void state.archived.delete(known(name)),
    remove: async (name) => {
      // `default` begins anew, as the real one does.
      if (known(name) !== 'default') state.names.delete(name);
      state.archived.delete(name);
    },
    onDelete: () => undefined,
    settings: (name) => Promise.resolve(settings(name)),
    changeSettings: async (name, patch, options) => {
      const before = settings(name);
      if (options?.ifVersion !== undefined && options.ifVersion !== before.version) {
        throw new ChannelProblem('version_conflict', 'The settings are at another version');
      }
      const { allowedEmotes = before.allowedEmotes, interval = before.interval, threshold = before.threshold } = patch;
      const after = { interval, threshold, allowedEmotes, version: before.version + 1, customized: true };
      state.settings.set(name, after);
      return after;
    },
    startBroadcast: async (name, title) => {
      const broadcast = { id: 'b1', channel: name, title, startedAt: '2026-01-01T00:00:00.000Z', endedAt: null };
      state.live.set(name, broadcast);
      return broadcast;
    },
    endBroadcast: async (name) => {
      const live = state.live.get(name);
      state.live.delete(name);
      return live && { ...live, endedAt: '2026-01-01T01:00:00.000Z' };
    },
    broadcasts: (name) => Promise.resolve([state.live.get(name)].filter((live) => live !== undefined)),
    broadcast: (name) => Promise.resolve(state.live.get(name)),
    rememberAliases: async (_name, aliases) => {
      for (const [emote, shown] of aliases) state.aliases.set(emote, shown);
    },
    aliases: () => Promise.resolve(state.aliases),
  };
  return { channels, state };
}
