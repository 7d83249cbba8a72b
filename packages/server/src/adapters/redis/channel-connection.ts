import type { Redis } from 'ioredis';
import type { Clock } from '../../ports/clock.ts';
import type { Channels, Receive } from './channels.ts';
import { RedisAway, refusalOf } from './failures.ts';
import type { RedisHealth } from './health.ts';
import { within } from './within.ts';

/** Channels of one command when many are subscribed anew. */
const AT_ONCE = 200;
const ANSWER_LIMIT_MS = 1_000;
const AGAIN_AFTER_MS = 500;
/** A right that is missing comes by a person. */
const REFUSED_AGAIN_AFTER_MS = 5_000;
const PING_EVERY_MS = 1_000;
/** Pings in a row without an answer before the connection is made anew. */
const SILENT_PINGS = 2;

interface Wanted {
  /** of the connection that is there now */
  confirmed: PromiseWithResolvers<void>;
  isOn: boolean;
}

export interface ChannelConnectionParts {
  /** for subscriptions only; this class ends it */
  readonly client: Redis;
  /** SSUBSCRIBE, of a node of a cluster */
  readonly isSharded: boolean;
  /** of the connection, in the health */
  readonly name: string;
  readonly clock: Clock;
  readonly health: RedisHealth;
  readonly receive: Receive;
}

/** Channels over one connection. A silent one is found by pings: without them a subscriber would wait for ever. */
export class ChannelConnection implements Channels {
  readonly #parts: ChannelConnectionParts;
  readonly #wanted = new Map<string, Wanted>();
  readonly #pings: Disposable;
  #silentPings = 0;
  #isLost = false;
  #again: Disposable | undefined;
  #isDisposed = false;

  constructor(parts: ChannelConnectionParts) {
    const { client, clock, health, isSharded, name, receive } = parts;
    this.#parts = parts;
    health.fails(name, new RedisAway('Redis is not connected yet'));
    client.on('error', (error: unknown) => health.fails(name, error));
    client.on('close', () => this.#lose());
    client.on('ready', () => void this.#subscribeAll());
    client.on(isSharded ? 'smessage' : 'message', (channel: string, text: string) => {
      if (this.#wanted.has(channel)) receive(channel, text);
      // An unsubscription that was lost on its way.
      else this.#unsubscribe(channel);
    });
    this.#pings = clock.every(PING_EVERY_MS, () => void this.#ping());
  }

  isAway(): boolean {
    return this.#isLost || this.#silentPings > 0;
  }

  get isUnused(): boolean {
    return this.#wanted.size === 0;
  }

  add(channel: string): void {
    this.#wanted.set(channel, { confirmed: Promise.withResolvers<void>(), isOn: false });
    if (this.#parts.client.status === 'ready') void this.#subscribe([channel]);
  }

  confirmation(channel: string): Promise<void> {
    return this.#wanted.get(channel)?.confirmed.promise ?? Promise.resolve();
  }

  remove(channel: string): void {
    const wanted = this.#wanted.get(channel);
    this.#wanted.delete(channel);
    wanted?.confirmed.resolve();
    this.#unsubscribe(channel);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isDisposed = true;
    this.#pings[Symbol.dispose]();
    this.#again?.[Symbol.dispose]();
    for (const { confirmed } of this.#wanted.values()) confirmed.resolve();
    this.#wanted.clear();
    this.#parts.client.disconnect();
  }

  #lose(): void {
    this.#isLost = true;
    for (const wanted of this.#wanted.values()) {
      if (wanted.isOn) wanted.confirmed = Promise.withResolvers<void>();
      wanted.isOn = false;
    }
    this.#parts.health.fails(this.#parts.name, new RedisAway('The connection to Redis is closed'));
  }

  async #subscribeAll(): Promise<void> {
    this.#isLost = false;
    this.#silentPings = 0;
    this.#parts.health.works(this.#parts.name);
    const missing = [...this.#wanted].filter(([, { isOn }]) => !isOn).map(([channel]) => channel);
    for (let from = 0; from < missing.length; from += AT_ONCE) {
      await Promise.all(this.#commandsFor(missing.slice(from, from + AT_ONCE)).map((some) => this.#subscribe(some)));
    }
  }

  /** Channels of one sharded command must be of one slot. */
  #commandsFor(channels: readonly string[]): (readonly string[])[] {
    return this.#parts.isSharded ? channels.map((channel) => [channel]) : [channels];
  }

  async #subscribe(channels: readonly string[]): Promise<void> {
    const { client, clock, health, isSharded, name } = this.#parts;
    const wanted = channels.map((channel) => this.#wanted.get(channel));
    try {
      const asked = isSharded ? client.ssubscribe(...channels) : client.subscribe(...channels);
      await within(clock, ANSWER_LIMIT_MS, asked);
      // The connection may be lost since the answer.
      if (client.status !== 'ready') return;
      for (const one of wanted) {
        if (!one) continue;
        one.isOn = true;
        one.confirmed.resolve();
      }
    } catch (error) {
      if (this.#isDisposed) return;
      const isRefused = refusalOf(error) !== undefined;
      if (isRefused) health.fails(name, error);
      this.#again ??= clock.after(isRefused ? REFUSED_AGAIN_AFTER_MS : AGAIN_AFTER_MS, () => {
        this.#again = undefined;
        if (client.status === 'ready') void this.#subscribeAll();
      });
    }
  }

  #unsubscribe(channel: string): void {
    const { client, isSharded } = this.#parts;
    if (client.status !== 'ready') return;
    const asked = isSharded ? client.sunsubscribe(channel) : client.unsubscribe(channel);
    // What fails here is noticed by the next message of the channel, or gone with the connection.
    asked.catch(() => {});
  }

  async #ping(): Promise<void> {
    const { client, clock, health, name } = this.#parts;
    if (client.status !== 'ready') return;
    try {
      await within(clock, PING_EVERY_MS, client.ping());
      this.#silentPings = 0;
      if (!this.#again) health.works(name);
    } catch (error) {
      if (this.#isDisposed) return;
      this.#silentPings += 1;
      health.fails(name, error);
      if (this.#silentPings % SILENT_PINGS === 0) client.disconnect(true);
    }
  }
}
