import type { FeedPosition, TableEmote } from '@ovation/protocol';
import type { ChannelEventAt } from './channel-event.ts';

/** What changed in a room since the last flush; each door says it in its own words. */
export interface RoomFlush {
  /** the room's number on this gateway, the same for all its connections, so that frames can be shared */
  readonly number: number;
  /** where the feed stands after it */
  readonly position: FeedPosition;
  /** server time, ms */
  readonly at: number;
  readonly gap: FeedPosition | undefined;
  readonly events: readonly EncodedEvent[];
  readonly table: { readonly version: number; readonly emotes: readonly TableEmote[] } | undefined;
  readonly tick: RoomTick | undefined;
}

/** An ordered event and the text of its `ev` object, which all doors that speak JSON share. */
export interface EncodedEvent extends ChannelEventAt {
  readonly text: string;
}

export interface RoomTick {
  readonly number: number;
  /** [emote index, count] */
  readonly tallies: readonly [number, number][];
  readonly occupancy: number | undefined;
  /** keyframe: counts of the minute that began at `minute` (ms) so far */
  readonly totals: { readonly minute: number; readonly counts: readonly [number, number][] } | undefined;
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
  encode(flush: RoomFlush): EncodedFlush;
  /** Several texts in one write. */
  frame(texts: readonly string[]): Buffer;
  /** The same for connections that agreed on compression; undefined where it is not worth it. */
  deflate?(texts: readonly string[]): Buffer | undefined;
}
