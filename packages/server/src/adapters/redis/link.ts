import { Cluster, type Redis } from 'ioredis';
import type { RedisService } from '../../config/services.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Logger } from '../../telemetry/logger.ts';
import { CALL_LIMIT_MS, Circuit } from './circuit.ts';
import { openClient, type RedisClient } from './clients.ts';
import { isWrongCall, RedisAway, reasonOf, refusalOf } from './failures.ts';
import type { EngineStatus } from '../../ports/engine-status.ts';
import { RedisHealth } from './health.ts';
import { slotOf } from './slot.ts';

/** How long opening waits for Redis. Without an answer it goes on: the connection comes when it comes. */
const OPEN_LIMIT_MS = 1_500;
const LOOK_EVERY_MS = 5;
const RIGHTS = 'rights';

export interface LinkParts {
  readonly service: RedisService;
  readonly clock: Clock;
  readonly logger: Logger;
  /** how long a call may wait; 100 ms unless the machine is known to be slow */
  readonly callLimitMs?: number;
}

/** Commands to Redis, however it is set up. Opening never fails, and no call waits for a Redis that is away. */
export class RedisLink implements AsyncDisposable {
  readonly client: RedisClient;
  readonly health: RedisHealth;
  readonly #clock: Clock;
  readonly #callLimitMs: number;
  readonly #circuits = new Map<string, Circuit>();

  /** @param use what the link is for, in the log */
  constructor({ callLimitMs = CALL_LIMIT_MS, clock, logger, service }: LinkParts, use: string) {
    this.#clock = clock;
    this.#callLimitMs = callLimitMs;
    this.health = new RedisHealth({ clock, logger, use });
    this.client = openClient(service);
    watch(this.client, this.health, () => {
      for (const circuit of this.#circuits.values()) circuit.close();
    });
  }

  status(): EngineStatus {
    return this.health.status();
  }

  /** Resolves when Redis serves us, when it refuses to, and after a time when neither is known. */
  async untilKnown(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    using _limit = this.#clock.after(OPEN_LIMIT_MS, resolve);
    using _looking = this.#clock.every(LOOK_EVERY_MS, () => {
      if (isReady(this.client) || this.status().state === 'refused') resolve();
    });
    await promise;
  }

  /**
   * Runs a command or script that touches `key`.
   * @throws RedisAway within the limit of a call; other errors mean that the call itself is wrong
   */
  async run<T>(key: string, work: () => Promise<T>): Promise<T> {
    try {
      const result = await this.#circuitOf(key).run(work);
      this.health.works(RIGHTS);
      return result;
    } catch (error) {
      if (error instanceof RedisAway) throw error;
      if (refusalOf(error) !== undefined) this.health.fails(RIGHTS, error);
      else if (isWrongCall(error)) throw error;
      throw new RedisAway(`Redis could not be used (${reasonOf(error)})`, { cause: error });
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const circuit of this.#circuits.values()) circuit[Symbol.dispose]();
    this.health[Symbol.dispose]();
    this.client.disconnect();
  }

  #circuitOf(key: string): Circuit {
    const name = this.client instanceof Cluster ? (this.client.slots[slotOf(key)]?.[0] ?? 'cluster') : 'connection';
    const known = this.#circuits.get(name);
    if (known) return known;
    const { client, health } = this;
    const made = new Circuit({
      name,
      clock: this.#clock,
      callLimitMs: this.#callLimitMs,
      health,
      probe: () => nodeOf(client, name).ping(),
      renew: () => nodeOf(client, name).disconnect(true),
    });
    this.#circuits.set(name, made);
    return made;
  }
}

/** The connection that a circuit is about. */
function nodeOf(client: RedisClient, name: string): RedisClient {
  if (!(client instanceof Cluster)) return client;
  const node = client.nodes('all').find(({ options: { host, port } }) => `${host}:${port}` === name);
  return node ?? client;
}

function isReady(client: RedisClient): boolean {
  if (!(client instanceof Cluster)) return client.status === 'ready';
  return client.status === 'ready' && client.nodes('master').every(({ status }) => status === 'ready');
}

/** Keeps `health` told. An 'error' event without a listener would end the process. */
function watch(client: RedisClient, health: RedisHealth, isConnected: () => void): void {
  const connection = 'connection';
  health.fails(connection, new RedisAway('Redis is not connected yet'));
  client.on('error', (error: unknown) => health.fails(connection, error));
  client.on('node error', (error: unknown, node: unknown) => health.fails(String(node), error));
  if (client instanceof Cluster) {
    // A node that is first connected by a call would refuse the calls that come while it is.
    client.on('+node', (node: Redis) => void node.connect().catch(() => {}));
    client.on('refresh', () => health.forgetAllBut(new Set([connection, RIGHTS, ...client.slots.flat()])));
  }
  client.on('close', () => health.fails(connection, new RedisAway('The connection to Redis is closed')));
  client.on('ready', () => {
    health.works(connection);
    isConnected();
  });
}
