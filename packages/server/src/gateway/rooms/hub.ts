import { ERRORS, type ErrorSpec, type FeedPosition } from '@ovation/protocol';
import { storageProblemOf } from '../../storage-problem.ts';
import type { Feed, FeedKinds } from './feed-kind.ts';
import { OpeningTurns } from './opening-turns.ts';
import { FeedRoom, type RoomParts } from './room.ts';

/** An empty room keeps its chart and its place in the feed this long: pages are reloaded. */
const LINGER_MS = 600_000;
const LINGERING_MAX = 200;
/** A database that does not answer must not keep a connection without an answer. */
const OPEN_MS = 5_000;

export interface HubParts extends Omit<RoomParts, 'feed' | 'number'> {
  readonly kinds: FeedKinds;
  /** told when the disk refused to store something */
  readonly storage: { refused(): void };
}

/** The rooms of this gateway: one per feed that a connection here follows. */
export class Hub implements Disposable {
  readonly #parts: HubParts;
  readonly #rooms = new Map<string, FeedRoom>();
  readonly #opening = new Map<string, Promise<FeedRoom>>();
  readonly #turns = new OpeningTurns();
  readonly #readings = new OpeningTurns();
  #nextNumber = 1;
  #isDisposed = false;

  constructor(parts: HubParts) {
    this.#parts = parts;
  }

  /** The kinds of feeds that are served here. */
  get kinds(): FeedKinds {
    return this.#parts.kinds;
  }

  /**
   * The feed's room, ready to be joined in the same turn, and to answer a client that was at `since`. Opened once,
   * however many ask.
   * @param lane rooms are opened in turns by lane: the network of the caller, and whether it asks for what exists
   * @throws when it cannot be opened, or not within 5 s
   */
  async open(feed: Feed, lane: string, since?: FeedPosition): Promise<FeedRoom> {
    const { promise: tooLate, reject } = Promise.withResolvers<never>();
    using _deadline = this.#parts.clock.after(OPEN_MS, () =>
      reject(new Error(`Room ${feed.feed} takes too long to open`)),
    );
    const room = await Promise.race([this.#ready(feed, lane, since), tooLate]);
    room.emptySince = this.#parts.clock.now();
    return room;
  }

  /**
   * Reads what a connection asks for beyond its feed, in turns by lane as rooms are opened: the database answers one
   * question after the other, and a stranger must leave room for others.
   * @throws when too many of the lane wait, and what the work throws
   */
  inTurn<T>(lane: string, work: () => Promise<T>): Promise<T> {
    return this.#readings.run(lane, work);
  }

  /**
   * Counts and logs what could not be done for a connection.
   * @param what a feed, or the name of a frame
   * @returns what the connection may know of it
   */
  failed(what: string, error: unknown): ErrorSpec {
    const { logger, metrics, storage } = this.#parts;
    metrics.errors.inc({ part: 'gateway' });
    // One line: strangers choose how many there are.
    logger.warn({ error: String(error), what }, 'a connection could not be served');
    const problem = storageProblemOf(error) ?? ERRORS.internal;
    if (problem === ERRORS.diskFull) storage.refused();
    return problem;
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

  async #ready(feed: Feed, lane: string, since: FeedPosition | undefined): Promise<FeedRoom> {
    const room = this.#rooms.get(feed.feed) ?? (await this.#openOnce(feed, lane));
    // After a gap it is not ready for a while, and while we wait there can be another gap.
    while (!room.isReady) await room.ready;
    if (!since) return room;
    await room.prepare(since);
    while (!room.isReady) await room.ready;
    return room;
  }

  #openOnce(feed: Feed, lane: string): Promise<FeedRoom> {
    const known = this.#opening.get(feed.feed);
    if (known) return known;
    const opening = this.#turns.run(lane, () => this.#openNew(feed)).finally(() => this.#opening.delete(feed.feed));
    this.#opening.set(feed.feed, opening);
    return opening;
  }

  async #openNew(feed: Feed): Promise<FeedRoom> {
    const number = this.#nextNumber;
    this.#nextNumber += 1;
    const room = await FeedRoom.open({ ...this.#parts, feed, number });
    if (this.#isDisposed) {
      room[Symbol.dispose]();
      throw new Error('The gateway is stopping');
    }
    this.#rooms.set(feed.feed, room);
    return room;
  }

  #close(room: FeedRoom): void {
    this.#rooms.delete(room.feed);
    room[Symbol.dispose]();
  }
}
