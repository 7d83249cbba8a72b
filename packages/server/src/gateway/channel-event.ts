import type { ChannelEvent } from '@ovation/protocol';

/** What an entry says that cannot be read, or may be read no more: only its place in the order counts. */
export const VOID_EVENT = { y: 'void' } as const;

export interface ChannelEventAt {
  readonly seq: number;
  readonly event: ChannelEvent | typeof VOID_EVENT;
}

/** The `ev` object of an ordered event as JSON. @param at when this gateway heard of it, ms */
export function eventText(c: number, at: number, { seq, event }: ChannelEventAt): string {
  return JSON.stringify({ k: 'ev', c, o: seq, t: at, ...event });
}
