import { CLASSIC_GREETING, classicMoment, type ClassicMoment, type SignificantMomentsFrame } from '@ovation/protocol';
import type { EncodedFlush, RoomFlush } from '../rooms/room-flush.ts';
import { textFrame } from '../sockets/text-frame.ts';

/** The first classic frame, to the letter (S0-21). */
export const GREETING_FRAME = textFrame(JSON.stringify(CLASSIC_GREETING));

/** A room's flush as classic frames: the moments that hold, and nothing else (S0-22). */
export function encodeClassic({ events }: RoomFlush): EncodedFlush {
  const data = events.flatMap(({ event }): ClassicMoment[] => {
    return event.y === 'moment' && event.d.detector === 'ratio' && event.d.holds ? [classicMoment(event.d)] : [];
  });
  if (data.length === 0) return {};
  const frame: SignificantMomentsFrame = { type: 'significant-moments', data };
  return { ordered: JSON.stringify(frame) };
}

export type ClassicInput =
  | { readonly ok: true; readonly type: string; readonly data: unknown }
  | { readonly ok: false; readonly problem: 'json' | 'format' };

/** The classic front end tests `!message.type || !message.data`, so an empty value counts as missing (S0-30). */
export function readClassicInput(message: Buffer): ClassicInput {
  let input: unknown;
  try {
    input = JSON.parse(message.toString('utf8'));
  } catch {
    return { ok: false, problem: 'json' };
  }
  if (typeof input !== 'object' || input === null || !('type' in input) || !('data' in input)) {
    return { ok: false, problem: 'format' };
  }
  const { type, data } = input;
  if (typeof type !== 'string' || type === '' || !data) return { ok: false, problem: 'format' };
  return { ok: true, type, data };
}
