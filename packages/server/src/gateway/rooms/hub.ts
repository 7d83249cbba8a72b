import type { FeedPosition } from '@ovation/protocol';
import { Room, type RoomParts } from './room.ts';

/** A room that everybody left keeps its chart and its place in the feed this long: pages are reloaded. */
const LINGER_MS = 600_000;
const LINGERING_MAX = 200;
/** A database that does not answer must not keep a connection without an answer. */
const OPEN_MS = 5_000;

export type HubParts = Omit<RoomParts, 'channel' | 'number'>;

/** The rooms of this gateway: one per channel that a connection here watches. */
export class Hub implements Disposable {
  readonly #parts: HubParts;
  readonly #rooms = new Map<string, Room>();
  readonly #opening = new Map<string, Promise<Room>>();
  #nextNumber = 1;
  #isDisposed = false;

  constructor(parts: HubParts) {
    this.#parts = parts;
  }

  /**
   * The channel's room, ready to be joined in the same turn, and to answer a client that was at `since`. Opened once,
   * however many ask.
   * @throws when it cannot be opened, or not within 5 s
   */
  async open(channel: string, since?: FeedPosition): Promise<Room> {
    const { promise: tooLate, reject } = Promise.withResolvers<never>();
    using _deadline = this.#parts.clock.after(OPEN_MS, () =>
      reject(new Error(`Room ${channel} takes too long to open`)),
    );
    const room = await Promise.race([this.#ready(channel, since), tooLate]);
    room.emptySince = this.#parts.clock.now();
    return room;
  }

  sweep(now: number): void {
    for (const room of this.#rooms.values()) room.sweep(now);
    const empty = [...this.#rooms.values()].filter(({ size }) => size === 0);
    empty.sort((a, b) => b.emptySince - a.emptySince);
    for (const [rank, room] of empty.entries()) {
      if (rank >= LINGERING_MAX || now - room.emptySince > LINGER_MS) this.#close(room);
    }
  }

  [Symbol.dispose](): void {
    this.#isDisposed = true;
    for (const room of this.#rooms.values()) this.#close(room);
  }

  async #ready(channel: string, since: FeedPosition | undefined): Promise<Room> {
    const room = this.#rooms.get(channel) ?? (await this.#openOnce(channel));
    // After a gap it is not ready for a while, and while we wait there can be another gap.
    while (!room.isReady) await room.ready;
    if (!since) return room;
    await room.prepare(since);
    while (!room.isReady) await room.ready;
    return room;
  }

  #openOnce(channel: string): Promise<Room> {
    const known = this.#opening.get(channel);
    if (known) return known;
    const opening = this.#openNew(channel).finally(() => this.#opening.delete(channel));
    this.#opening.set(channel, opening);
    return opening;
  }

  async #openNew(channel: string): Promise<Room> {
    const number = this.#nextNumber;
    this.#nextNumber += 1;
    const room = await Room.open({ ...this.#parts, channel, number });
    if (this.#isDisposed) {
      room[Symbol.dispose]();
      throw new Error('The gateway is stopping');
    }
    this.#rooms.set(channel, room);
    return room;
  }

  #close(room: Room): void {
    this.#rooms.delete(room.channel);
    room[Symbol.dispose]();
  }
}
