import type { Cluster } from 'ioredis';
import type { Channels } from './channels.ts';
import type { ChannelConnection } from './channel-connection.ts';
import { slotOf } from './slot.ts';

interface Placed {
  /** when a node carries it for the first time, or it is not wanted any more */
  readonly isPlaced: PromiseWithResolvers<void>;
  /** host:port of the node that carries it; undefined while no node does */
  node: string | undefined;
}

/**
 * Sharded channels of a cluster: each is subscribed at the node that has its slot. The client's map of slots is read every
 * two seconds; a channel whose slot has moved follows it.
 */
export class ClusterChannels implements Channels {
  readonly #cluster: Cluster;
  readonly #connect: (node: string) => ChannelConnection;
  readonly #nodes = new Map<string, ChannelConnection>();
  readonly #placed = new Map<string, Placed>();

  constructor(cluster: Cluster, connect: (node: string) => ChannelConnection) {
    this.#cluster = cluster;
    this.#connect = connect;
    cluster.on('refresh', () => this.#placeAll());
  }

  isAway(channel: string): boolean {
    const node = this.#placed.get(channel)?.node;
    return node === undefined ? this.#cluster.status !== 'ready' : (this.#nodes.get(node)?.isAway() ?? true);
  }

  add(channel: string): void {
    const placed: Placed = { isPlaced: Promise.withResolvers<void>(), node: undefined };
    this.#placed.set(channel, placed);
    this.#place(channel, placed);
  }

  async confirmation(channel: string): Promise<void> {
    const placed = this.#placed.get(channel);
    await placed?.isPlaced.promise;
    if (placed?.node !== undefined) await this.#nodes.get(placed.node)?.confirmation(channel);
  }

  remove(channel: string): void {
    const placed = this.#placed.get(channel);
    this.#placed.delete(channel);
    placed?.isPlaced.resolve();
    if (placed?.node !== undefined) this.#nodes.get(placed.node)?.remove(channel);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const { isPlaced } of this.#placed.values()) isPlaced.resolve();
    this.#placed.clear();
    await Promise.all([...this.#nodes.values()].map((node) => node[Symbol.asyncDispose]()));
  }

  #placeAll(): void {
    for (const [channel, placed] of this.#placed) this.#place(channel, placed);
    const owners = new Set(this.#cluster.slots.map((nodes) => nodes?.[0]));
    for (const [node, connection] of this.#nodes) {
      if (!connection.isUnused || owners.has(node)) continue;
      this.#nodes.delete(node);
      void connection[Symbol.asyncDispose]();
    }
  }

  #place(channel: string, placed: Placed): void {
    const owner = this.#cluster.slots[slotOf(channel)]?.[0];
    if (owner === undefined || owner === placed.node) return;
    if (placed.node !== undefined) this.#nodes.get(placed.node)?.remove(channel);
    placed.node = owner;
    this.#nodeOf(owner).add(channel);
    placed.isPlaced.resolve();
  }

  #nodeOf(name: string): ChannelConnection {
    const known = this.#nodes.get(name);
    if (known) return known;
    const made = this.#connect(name);
    this.#nodes.set(name, made);
    return made;
  }
}
