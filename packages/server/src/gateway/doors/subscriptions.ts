import { FRAME_ERRORS, type ResumePoint, SUBSCRIPTIONS_MAX } from '@ovation/protocol';
import type { Caller } from '../../callers/index.ts';
import type { Hub } from '../rooms/hub.ts';
import type { FeedRoom } from '../rooms/room.ts';
import type { Connection } from '../sockets/connection.ts';
import { NOT_NOW, type Refusal, refusalOf } from './refusal.ts';

const LEFT: Refusal = { code: FRAME_ERRORS.badRequest, msg: 'The channel was left before it was open' };
const UNKNOWN: Refusal = { code: FRAME_ERRORS.noSuchChannel, msg: 'There is no channel of this name' };

interface Opening {
  readonly feed: string;
  /** the client has left meanwhile: it must not find itself in a room that it believes to be outside of */
  isLeft: boolean;
}

/** A room that may be joined, or why not. */
export type Opened =
  | { readonly feed: string; readonly room: FeedRoom; readonly opening: Opening }
  | { readonly feed: string; readonly refusal: Refusal };

/** The feeds that one connection follows. */
export class Subscriptions {
  readonly #connection: Connection;
  readonly #hub: Hub;
  /** by feed, as the client names it */
  readonly #rooms = new Map<string, FeedRoom>();
  readonly #opening = new Set<Opening>();

  constructor(connection: Connection, hub: Hub) {
    this.#connection = connection;
    this.#hub = hub;
  }

  get feeds(): readonly string[] {
    return [...this.#rooms.keys()];
  }

  /** Most connections follow one feed, so there is no second map. */
  numbered(c: number): FeedRoom | undefined {
    for (const room of this.#rooms.values()) if (room.number === c) return room;
    return undefined;
  }

  /** @param isKnown whether the caller may follow the feed without a question */
  async open(
    name: string,
    since: ResumePoint | undefined,
    { caller, isKnown }: { caller: Caller; isKnown: boolean },
  ): Promise<Opened> {
    if (this.#rooms.size + this.#opening.size >= SUBSCRIPTIONS_MAX && !this.#rooms.has(name)) {
      const msg = `A connection may watch ${SUBSCRIPTIONS_MAX} channels`;
      return { feed: name, refusal: { code: FRAME_ERRORS.channelLimit, msg } };
    }
    const feed = this.#hub.kinds.find(name);
    if (!feed) return { feed: name, refusal: UNKNOWN };
    const opening: Opening = { feed: name, isLeft: false };
    this.#opening.add(opening);
    try {
      const refusal = isKnown ? undefined : await feed.refusal(caller);
      if (refusal) return { feed: name, refusal: refusalOf(refusal.spec) };
      return { feed: name, opening, room: await this.#hub.open(feed, caller.network, since) };
    } catch (error) {
      this.#hub.failed(name, error);
      return { feed: name, refusal: NOT_NOW };
    } finally {
      this.#opening.delete(opening);
    }
  }

  /** Joins the room and answers the reply in one turn; a client that lost count may ask for it again (flows.md B4.3). */
  enter(opened: Opened, since: ResumePoint | undefined): string | Refusal {
    if ('refusal' in opened) return opened.refusal;
    const { feed, opening, room } = opened;
    if (opening.isLeft) return LEFT;
    // It may have met a gap, or been given up, while the other feeds of a hello were opened.
    if (!room.isReady) return NOT_NOW;
    this.#rooms.set(feed, room);
    room.join(this.#connection);
    return room.reply(since);
  }

  leave(feed: string): void {
    for (const opening of this.#opening) opening.isLeft ||= opening.feed === feed;
    this.#rooms.get(feed)?.leave(this.#connection);
    this.#rooms.delete(feed);
  }

  leaveAll(): void {
    for (const feed of this.#rooms.keys()) this.leave(feed);
  }
}
