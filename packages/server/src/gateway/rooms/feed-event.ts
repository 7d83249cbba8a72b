import { deletionSchema } from '@ovation/protocol';
import type { z } from 'zod';

/** What an entry of a feed says, as it goes on the wire beside its place. */
export interface FeedEvent {
  readonly y: string;
  readonly d?: unknown;
}

/** What an entry says that cannot be read: only its place in the order counts. */
export const VOID_EVENT: FeedEvent = { y: 'void' };

export interface FeedEventAt {
  readonly seq: number;
  readonly event: FeedEvent;
}

/** An event and its `ev` object as JSON, which every door shares. */
export interface EncodedEvent extends FeedEventAt {
  readonly text: string;
}

/** @param at when this gateway heard of it, ms */
export function encodeEvent(c: number, at: number, { seq, event }: FeedEventAt): EncodedEvent {
  return { seq, event, text: JSON.stringify({ k: 'ev', c, o: seq, t: at, ...event }) };
}

/** What the event deletes; undefined for any other event. */
export function deletionOf({ y, d }: FeedEvent): z.infer<typeof deletionSchema> | undefined {
  return y === 'del' ? deletionSchema.parse(d) : undefined;
}
