import type { ResumePoint } from '@ovation/protocol';
import type { EncodedFlush, RoomFlush } from '../rooms/room-flush.ts';

/** A comment that keeps proxies from closing the stream. */
export const SSE_COMMENT = Buffer.from(':\n\n');

/** A room's flush as server-sent events: the same objects as at the native door, ordered ones with their position. */
export function encodeSse({ number, position, gap, events, live }: RoomFlush): EncodedFlush {
  const ordered = [
    ...(gap ? [sseEvent('gap', JSON.stringify({ k: 'gap', c: number, pos: gap }), idOf(gap.e, gap.o))] : []),
    ...events.map(({ seq, text }) => sseEvent('ev', text, idOf(position.e, seq))),
    ...(live.ordered ? [sseEvent(live.ordered.k, live.ordered.text)] : []),
  ];
  return {
    ...(ordered.length > 0 && { ordered: ordered.join('') }),
    ...(live.volatile && { volatile: sseEvent(live.volatile.k, live.volatile.text) }),
  };
}

/** @param data one line */
export function sseEvent(event: string, data: string, id?: string): string {
  return `${id === undefined ? '' : `id: ${id}\n`}event: ${event}\ndata: ${data}\n\n`;
}

export function idOf(epoch: string, seq: number): string {
  return `${epoch}:${seq}`;
}

/** Reads what `idOf` wrote. @param at server time of the last tick that the asker has, ms */
export function parsePosition(id: string, at?: number): ResumePoint | undefined {
  const [, e, o] = /^([^:]{1,64}):(\d{1,15})$/.exec(id) ?? [];
  if (e === undefined || o === undefined) return undefined;
  return { e, o: Number(o), ...(at !== undefined && { t: at }) };
}
