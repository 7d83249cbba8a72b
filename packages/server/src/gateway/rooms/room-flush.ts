import type { FeedPosition } from '@ovation/protocol';
import type { EncodedEvent } from './feed-event.ts';
import type { Feed, LiveFrames } from './feed-kind.ts';

/** What changed in a room since the last flush; each door says it in its own words. */
export interface RoomFlush {
  /** the room's number on this gateway, the same for all its connections, so that frames can be shared */
  readonly number: number;
  /** where the feed stands after it */
  readonly position: FeedPosition;
  readonly gap: FeedPosition | undefined;
  readonly events: readonly EncodedEvent[];
  readonly live: LiveFrames;
}

/** What one flush of a room is for one door. Texts; each goes into at most one frame. */
export interface EncodedFlush {
  /** may not be skipped */
  readonly ordered?: string;
  /** heals by the next one */
  readonly volatile?: string;
}

/** A door's words, and how they are put on its wire. */
export interface Wording {
  encode(flush: RoomFlush, feed: Pick<Feed, 'classic'>): EncodedFlush;
  /** Several texts in one write. */
  frame(texts: readonly string[]): Buffer;
  /** The same for connections that agreed on compression; undefined where it is not worth it. */
  deflate?(texts: readonly string[]): Buffer | undefined;
}
