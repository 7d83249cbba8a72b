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
import { createAccess } from '../../../src/modules/access/index.ts';
import { createManualClock } from '../manual-clock.ts';
import { silentLogger } from '../../../src/telemetry/logger.ts';
import { createMetrics } from '../../../src/telemetry/metrics.ts';
import { EPOCH, FakeBus, FakeFeedLog, FakeStore } from './feed-fakes.ts';
import { createGateway, type Gateway, type GatewayParts } from '../../../src/gateway/index.ts';
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

  async settings(name: string): Promise<ChannelSettings> {
    return this.settingsOf.get(name) ?? { ...DEFAULT_SETTINGS, version: 0 };
  }

  async aliases(): Promise<ReadonlyMap<string, string>> {
    return this.names;
  }

  async changeSettings(channel: string, patch: SettingsPatch): Promise<ChannelSettings> {
    if (this.failure) throw this.failure;
    this.known.add(channel);
    this.changes.push({ channel, patch });
    const before = await this.settings(channel);
    const defined = Object.fromEntries(Object.entries(patch).filter(([, value]) => value !== undefined));
    const after = { ...before, ...defined, version: before.version + 1 };
    this.settingsOf.set(channel, after);
    return after;
  }
}

export class World implements AsyncDisposable {
  readonly clock = createManualClock();
  readonly bus = new FakeBus();
  readonly store = new FakeStore();
  readonly eventLog = new FakeFeedLog();
  readonly metrics = createMetrics();
  readonly channels = new FakeChannels();
  readonly counted: CountedReaction[] = [];
  readonly moments: Moment[] = [];
  readonly revocations: Revocation[] = [];
  timelineChecks = 0;
  readonly gateway: Gateway;
  readonly #server = createServer((_, response) => response.end('http'));
  readonly #clients: Client[] = [];
  port = 0;

  constructor(mode: 'open' | 'token', special: Partial<GatewayParts>) {
    const { clock, bus, metrics, channels, store } = this;
    this.gateway = createGateway({
      database: { epoch: EPOCH },
      eventLog: this.eventLog.port,
      bus,
      clock,
      logger: silentLogger(),
      metrics,
      channels,
      feeds: store,
      moments: { recent: async () => this.moments },
      reactions: { count: (reaction) => void this.counted.push(reaction) },
      access: createAccess({ mode, secret: SECRET, clock }),
      control: {
        revocations: async () => this.revocations,
        checkTimeline: async () => (this.timelineChecks += 1) > 0,
      },
      ...special,
    });
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

export function startWorld(mode: 'open' | 'token' = 'open', special: Partial<GatewayParts> = {}): Promise<World> {
  return new World(mode, special).start();
}
