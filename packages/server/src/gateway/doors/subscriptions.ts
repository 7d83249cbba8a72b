import { channelOfFeed, FRAME_ERRORS, type ResumePoint } from '@ovation/protocol';
import type { Logger } from '../../telemetry/logger.ts';
import type { Metrics } from '../../telemetry/metrics.ts';
import type { ChannelReader } from '../rooms/channel-watch.ts';
import type { Connection } from '../sockets/connection.ts';
import type { Hub } from '../rooms/hub.ts';
import type { Room } from '../rooms/room.ts';

const SUBSCRIPTIONS_MAX = 32;
const RETRY_AFTER_MS = 2_000;

/** Why a frame is refused. */
export interface Refusal {
  readonly code: number;
  readonly msg: string;
  readonly after?: number;
}

export const NOT_NOW: Refusal = { code: FRAME_ERRORS.unavailable, msg: 'Not now', after: RETRY_AFTER_MS };

const LEFT: Refusal = { code: FRAME_ERRORS.badRequest, msg: 'The channel was left before it was open' };

interface Opening {
  readonly feed: string;
  /** the client has left meanwhile: it must not find itself in a room that it believes to be outside of */
  isLeft: boolean;
}

/** A channel that may be joined, or why not. */
export type Opened =
  | { readonly feed: string; readonly room: Room; readonly opening: Opening }
  | { readonly feed: string; readonly refusal: Refusal };

export interface SubscriptionParts {
  readonly hub: Hub;
  readonly channels: Pick<ChannelReader, 'find'>;
  readonly logger: Logger;
  readonly metrics: Metrics;
}

/** The channels that one connection watches. */
export class Subscriptions {
  readonly #connection: Connection;
  readonly #parts: SubscriptionParts;
  /** by feed, as the client names it */
  readonly #rooms = new Map<string, Room>();
  readonly #opening = new Set<Opening>();

  constructor(connection: Connection, parts: SubscriptionParts) {
    this.#connection = connection;
    this.#parts = parts;
  }

  get feeds(): readonly string[] {
    return [...this.#rooms.keys()];
  }

  /** Most connections watch one channel, so there is no second map. */
  numbered(c: number): Room | undefined {
    for (const room of this.#rooms.values()) if (room.number === c) return room;
    return undefined;
  }

  /** @param isKnown whether the channel is known to exist without a question */
  async open(feed: string, since: ResumePoint | undefined, isKnown: boolean): Promise<Opened> {
    const channel = channelOfFeed(feed);
    if (this.#rooms.size + this.#opening.size >= SUBSCRIPTIONS_MAX && !this.#rooms.has(feed)) {
      const msg = `A connection may watch ${SUBSCRIPTIONS_MAX} channels`;
      return { feed, refusal: { code: FRAME_ERRORS.channelLimit, msg } };
    }
    const opening: Opening = { feed, isLeft: false };
    this.#opening.add(opening);
    try {
      if (channel === undefined || !(isKnown || (await this.#parts.channels.find(channel)))) {
        return { feed, refusal: { code: FRAME_ERRORS.noSuchChannel, msg: 'There is no channel of this name' } };
      }
      return { feed, opening, room: await this.#parts.hub.open(channel, since) };
    } catch (error) {
      this.#parts.metrics.errors.inc({ part: 'gateway' });
      this.#parts.logger.warn({ err: error, channel }, 'a channel cannot be opened');
      return { feed, refusal: NOT_NOW };
    } finally {
      this.#opening.delete(opening);
    }
  }

  /** Joins the room and answers the reply in one turn; a client that lost count may ask for it again (flows.md B4.3). */
  enter(opened: Opened, since: ResumePoint | undefined): string | Refusal {
    if ('refusal' in opened) return opened.refusal;
    const { feed, opening, room } = opened;
    if (opening.isLeft) return LEFT;
    // It may have met a gap, or been given up, while the other channels of a hello were opened.
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
