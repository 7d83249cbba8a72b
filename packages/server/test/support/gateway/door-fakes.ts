import { oneTicketKey } from './one-ticket-key.ts';
import { randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import {
  CONTROL_FEED,
  DEFAULT_SETTINGS,
  channelFeed,
  type Channel,
  type ChannelEvent,
  type ChannelSettings,
  type ControlEvent,
  type Moment,
  type Revocation,
  type SettingsPatch,
} from '@ovation/protocol';
import { vi } from 'vitest';
import type { Caller } from '../../../src/callers/index.ts';
import type { Channels } from '../../../src/modules/channels/index.ts';
import { createAccess } from '../../../src/modules/access/index.ts';
import { createManualClock } from '../manual-clock.ts';
import { silentLogger } from '../../../src/telemetry/logger.ts';
import { createMetrics } from '../../../src/telemetry/metrics.ts';
import { FakeBus, FakeFeedLog, FakeStore } from './feed-fakes.ts';
import {
  bindFeedKinds,
  bindFrames,
  createGateway,
  type Feed,
  type Gateway,
  type GatewayOptions,
  type GatewayParts,
} from '../../../src/gateway/index.ts';
import { frames as channelFrames } from '../../../src/modules/channels/frames.ts';
import { feeds as channelFeeds } from '../../../src/modules/reactions/feeds.ts';
import { frames as reactionFrames } from '../../../src/modules/reactions/frames.ts';
import type { Platform } from '../../../src/platform.ts';
import { Client, type ClientOptions } from './test-client.ts';
import { gatewayMetrics } from '../../../src/gateway/metrics.ts';

interface CountedReaction {
  channel: string;
  key: string;
  n: number;
  reactor: string;
}

/** For tests: a gateway on a real HTTP server, with everything behind it in memory and time standing still. */

export const SECRET = 'a secret for tests';

/** Waits until the check holds, whatever the machine is busy with. */
export function until(check: () => unknown): Promise<unknown> {
  return vi.waitFor(check, { interval: 5, timeout: 200_000 });
}

export class FakeChannels {
  readonly settingsOf = new Map<string, ChannelSettings>();
  readonly known = new Set<string>(['default', 'demo']);
  names: ReadonlyMap<string, string> = new Map();
  readonly changes: { channel: string; patch: SettingsPatch }[] = [];
  failure: Error | undefined;

  async find(name: string): Promise<Channel | undefined> {
    if (this.failure) throw this.failure;
    return this.known.has(name) ? { name, createdAt: '2026-01-01T00:00:00.000Z', live: null } : undefined;
  }

  async ensure(name: string): Promise<void> {
    this.known.add(name);
  }

  async settings(name: string): Promise<ChannelSettings> {
    return this.settingsOf.get(name) ?? { ...DEFAULT_SETTINGS, version: 0 };
  }

  async aliases(): Promise<ReadonlyMap<string, string>> {
    return this.names;
  }

  async changeSettings(channel: string, patch: SettingsPatch): Promise<ChannelSettings> {
    if (this.failure) throw this.failure;
    this.changes.push({ channel, patch });
    const before = await this.settings(channel);
    const defined = Object.fromEntries(Object.entries(patch).filter(([, value]) => value !== undefined));
    const after = { ...before, ...defined, version: before.version + 1 };
    this.settingsOf.set(channel, after);
    return after;
  }
}

/** What a test may replace: ports, and what the gateway is given. */
export type WorldChanges = Partial<
  Pick<Platform, 'bus' | 'clock' | 'eventLog'> &
    GatewayParts &
    GatewayOptions & { readonly ticketKeys: ReturnType<GatewayParts['modules']['ticketKeys']> }
>;

/** Of another network than this machine, so that its connections are counted. */
export function callerFrom(network: string): Caller {
  return { network, isLocal: false, token: undefined, identity: {}, isRevoked: false };
}

export class World implements AsyncDisposable {
  readonly clock = createManualClock();
  readonly bus = new FakeBus();
  readonly store = new FakeStore();
  readonly eventLog = new FakeFeedLog();
  readonly metrics = createMetrics();
  readonly channels = new FakeChannels();
  readonly counted: CountedReaction[] = [];
  /** how often the gateway said that the disk is full */
  diskRefusals = 0;
  readonly closedChannels = new Set<string>();
  readonly moments: Moment[] = [];
  readonly revocations: Revocation[] = [];
  readonly gateway: Gateway;
  readonly #server = createServer((_, response) => response.end('http'));
  readonly #clients: Client[] = [];
  port = 0;
  /** for how long nothing has been analysed */
  secondsStill = 0;

  constructor(mode: 'open' | 'token', changes: WorldChanges) {
    const { bus, channels, clock, metrics, moments, store } = this;
    // Of the platform a gateway and the modules behind its doors need only this.
    const platform = {
      eventLog: this.eventLog.port,
      bus,
      clock,
      logger: silentLogger(),
      metrics,
      ...changes,
    } as Platform;
    const doors = {
      platform,
      channels: channels as unknown as Channels, // its doors ask for no more
      moments: { recent: async () => moments, secondsStill: () => this.secondsStill },
      reactions: {
        count: (reaction: CountedReaction) => void this.counted.push(reaction),
        isOpen: (channel: string) => !this.closedChannels.has(channel),
        setOpen: (channel: string, isOpen: boolean) =>
          void (isOpen ? this.closedChannels.delete(channel) : this.closedChannels.add(channel)),
      },
    };
    const { ticketKeys = oneTicketKey(randomBytes(32)) } = changes;
    this.gateway = createGateway(
      platform,
      {
        feeds: store,
        control: { revocations: async () => this.revocations },
        access: createAccess({ mode, secret: SECRET, clock }),
        modules: {
          feeds: () => bindFeedKinds(channelFeeds, doors),
          frames: () => [...bindFrames(reactionFrames, doors), ...bindFrames(channelFrames, doors)],
          ticketKeys: () => ticketKeys,
        },
        storage: { refused: () => void (this.diskRefusals += 1) },
        ...changes,
      },
      {
        drainMs: 0,
        limits: { connections: 10_000, upgradesPerSecond: 1_000, connectionsPerAddress: 2_000 },
        ...changes,
      },
    );
  }

  /** The feed of a channel, as the doors name it. */
  feed(channel: string): Feed {
    const feed = this.gateway.kinds.find(channelFeed(channel));
    if (!feed) throw new Error(`${channel} is no name of a channel`);
    return feed;
  }

  async start(): Promise<this> {
    this.#server.on('upgrade', (request, socket, head) => this.gateway.upgrade(request, socket, head));
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    // A server that listens on TCP answers an address with a port.
    this.port = (this.#server.address() as AddressInfo).port;
    return this;
  }

  open(path: string, protocols: string[] = [], options: ClientOptions = {}): Client {
    const client = new Client(`ws://127.0.0.1:${this.port}${path}`, protocols, options);
    this.#clients.push(client);
    return client;
  }

  /** Commits an event to the channel's feed and says it on the bus. */
  emit(channel: string, event: ChannelEvent): void {
    const feed = channelFeed(channel);
    this.bus.publish(`feed:${feed}`, this.store.append(feed, event));
  }

  /** Commits an entry of `system:control` and says it on the bus. */
  announce(event: ControlEvent): void {
    this.bus.publish(`feed:${CONTROL_FEED}`, this.store.append(CONTROL_FEED, event));
  }

  async errors(): Promise<number> {
    return (await this.metrics.errors.get()).values.reduce((sum, { value }) => sum + value, 0);
  }

  async sockets(door: string): Promise<number> {
    const { values } = await gatewayMetrics(this.metrics).websocketConnections.get();
    return values.find(({ labels }) => labels['door'] === door)?.value ?? 0;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const client of this.#clients) client.socket.terminate();
    await this.gateway[Symbol.asyncDispose]();
    this.#server.close();
    this.#server.closeAllConnections();
  }
}

export function startWorld(mode: 'open' | 'token' = 'open', changes: WorldChanges = {}): Promise<World> {
  return new World(mode, changes).start();
}
