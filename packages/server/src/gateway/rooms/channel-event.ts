import { channelEventSchema, type ChannelEvent } from '@ovation/protocol';

/** What an entry says that cannot be read: only its place in the order counts. */
export const VOID_EVENT = { y: 'void' } as const;

export interface ChannelEventAt {
  readonly seq: number;
  readonly event: ChannelEvent | typeof VOID_EVENT;
}

/** The `ev` object of an ordered event as JSON. @param at when this gateway heard of it, ms */
export function eventText(c: number, at: number, { seq, event }: ChannelEventAt): string {
  return JSON.stringify({ k: 'ev', c, o: seq, t: at, ...event });
}

/** The other way round. */
export function decodeEvent(text: string): ChannelEventAt & { readonly text: string } {
  // Our own text: its shape is the one that `eventText` wrote.
  const {
    k: _,
    c: _c,
    t: _t,
    o,
    ...event
  } = JSON.parse(text) as { k: 'ev'; c: number; t: number; o: number } & ChannelEvent;
  return { seq: o, event, text };
}

/** The event of an entry's body, `void` when it is none that we know. */
export function readEvent(body: unknown): ChannelEventAt['event'] {
  return channelEventSchema.safeParse(body).data ?? VOID_EVENT;
}
