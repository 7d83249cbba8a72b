import { randomBytes } from 'node:crypto';
import { Cluster } from 'ioredis';
import type { LiveBus } from '../../ports/live-bus.ts';
import { LocalDelivery } from '../in-process/local-delivery.ts';
import { ChannelConnection } from './channel-connection.ts';
import type { Channels, Receive } from './channels.ts';
import { openNodeSubscriber, openSubscriber } from './clients.ts';
import { ClusterChannels } from './cluster-channels.ts';
import type { EngineStatus } from '../../ports/engine-status.ts';
import { type LinkParts, RedisLink } from './link.ts';

/** How long a subscriber waits for Redis. Later it comes by itself, and the event log carries what is ordered. */
const CONFIRM_LIMIT_MS = 1_000;
/** Messages that Redis has not taken yet, in characters. More are dropped: they would be old when they arrive. */
const UNSENT_MAX = 8_388_608;
const BOOT_BYTES = 8;
const HEX = 2;

export interface RedisLiveBus extends LiveBus {
  status(): EngineStatus;
  /** messages since the start that Redis did not confirm; most of them never reached it */
  dropped(): number;
}

/**
 * The bus over Redis: pub/sub, sharded in a cluster. A process hears itself without Redis, so that one node goes on by itself
 * when Redis is away; what comes back from Redis of its own is left out.
 */
export async function openRedisLiveBus(parts: LinkParts): Promise<RedisLiveBus> {
  const bus = new Bus(parts);
  await bus.untilKnown();
  return bus;
}

class Bus implements RedisLiveBus {
  readonly #parts: LinkParts;
  readonly #link: RedisLink;
  readonly #channels: Channels;
  readonly #local: LocalDelivery;
  /** Before each message: which process it is from. */
  readonly #boot = randomBytes(BOOT_BYTES).toString('hex');
  /** that have listeners here */
  readonly #subjects = new Set<string>();
  #unsent = 0;
  #dropped = 0;
  #closed = false;

  constructor(parts: LinkParts) {
    this.#parts = parts;
    this.#local = new LocalDelivery(parts.logger);
    this.#link = new RedisLink(parts, 'live bus');
    this.#channels = openChannels(parts, this.#link, (channel, text) => this.#hear(channel, text));
  }

  status(): EngineStatus {
    return this.#link.status();
  }

  dropped(): number {
    return this.#dropped;
  }

  untilKnown(): Promise<void> {
    return this.#link.untilKnown();
  }

  publish(subject: string, message: unknown): void {
    if (this.#closed) return;
    // What JSON has no text for (undefined) arrives as null.
    const text = JSON.stringify(message) ?? 'null';
    this.#local.hand(subject, () => JSON.parse(text));
    if (this.#unsent > UNSENT_MAX) this.#dropped += 1;
    else void this.#send(this.#parts.service.prefix + subject, this.#boot + text);
  }

  async subscribe(subject: string, listener: (message: unknown) => void): Promise<Disposable> {
    if (this.#closed) throw new Error(`The live bus is closed, nobody can subscribe to ${subject}`);
    const subscription = this.#local.subscribe(subject, listener);
    const channel = this.#parts.service.prefix + subject;
    if (!this.#subjects.has(subject)) this.#channels.add(channel);
    this.#subjects.add(subject);
    if (!this.#channels.isAway(channel)) await this.#inTime(this.#channels.confirmation(channel));
    return {
      [Symbol.dispose]: () => {
        subscription[Symbol.dispose]();
        if (!this.#local.has(subject) && this.#subjects.delete(subject)) this.#channels.remove(channel);
      },
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true;
    this.#local.end();
    this.#subjects.clear();
    await this.#channels[Symbol.asyncDispose]();
    await this.#link[Symbol.asyncDispose]();
  }

  async #send(channel: string, text: string): Promise<void> {
    const { client } = this.#link;
    this.#unsent += text.length;
    try {
      const publish = () =>
        client instanceof Cluster ? client.spublish(channel, text) : client.publish(channel, text);
      await this.#link.run(channel, publish);
    } catch {
      // The link has told the health why.
      this.#dropped += 1;
    } finally {
      this.#unsent -= text.length;
    }
  }

  async #inTime(confirmation: Promise<void>): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    using _timer = this.#parts.clock.after(CONFIRM_LIMIT_MS, resolve);
    await Promise.race([confirmation, promise]);
  }

  #hear(channel: string, text: string): void {
    if (text.startsWith(this.#boot)) return;
    const subject = channel.slice(this.#parts.service.prefix.length);
    const message = readMessage(text.slice(BOOT_BYTES * HEX));
    if (message) this.#local.hand(subject, () => message.value);
  }
}

/** Undefined for what is no JSON: another program may publish to our channels. */
function readMessage(text: string): { readonly value: unknown } | undefined {
  try {
    return { value: JSON.parse(text) };
  } catch {
    return undefined;
  }
}

function openChannels({ clock, service }: LinkParts, { client, health }: RedisLink, receive: Receive): Channels {
  if (client instanceof Cluster) {
    return new ClusterChannels(client, (node) => {
      const colon = node.lastIndexOf(':');
      const subscriber = openNodeSubscriber(service, node.slice(0, colon), Number(node.slice(colon + 1)));
      return new ChannelConnection({ client: subscriber, isSharded: true, name: `${node} `, clock, health, receive });
    });
  }
  const subscriber = openSubscriber(service);
  return new ChannelConnection({ client: subscriber, isSharded: false, name: 'subscriptions', clock, health, receive });
}
