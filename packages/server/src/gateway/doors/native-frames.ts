import {
  clientFrameSchema,
  FRAME_ERRORS,
  REACT_MAX_COUNT,
  type ClientFrame,
  type ServerFrame,
} from '@ovation/protocol';
import type { EncodedFlush, RoomFlush } from '../rooms/room-flush.ts';

/** Longest frame a client may send, in bytes. */
const FRAME_MAX_BYTES = 16_384;
/** Longer ones are no single reaction. */
const REACTION_MAX_BYTES = 600;
/**
 * A reaction as clients write it: the frame of which there are ten thousand a second. Whatever differs (order, spaces,
 * escapes, numbers that JSON would not take) goes the long way, which decides.
 */
const REACTION = /^\{"op":"react","c":(0|[1-9]\d{0,8}),"e":"([^"\\\p{Cc}]{1,128})","n":([1-9]\d?)\}$/v;

export type ReadFrame =
  | { readonly ok: true; readonly frame: ClientFrame }
  | { readonly ok: false; readonly id: number | undefined; readonly code: number; readonly msg: string };

/** The ops that the schema knows. */
export const CLIENT_OPS = clientFrameSchema.options.map(({ shape }) => shape.op.value);

/** The objects of one text frame. What cannot be read is an answer in itself. */
export function readFrames(data: Buffer): ReadFrame[] {
  if (data.length > FRAME_MAX_BYTES) {
    return [problem(FRAME_ERRORS.tooLarge, `A frame may have ${FRAME_MAX_BYTES} bytes`)];
  }
  const text = data.toString('utf8');
  const reaction = data.length <= REACTION_MAX_BYTES ? readReaction(text) : undefined;
  return reaction ? [reaction] : text.split('\n').map(readFrame);
}

/** Undefined for what is none, or is none that can be read without parsing. */
function readReaction(text: string): ReadFrame | undefined {
  const found = REACTION.exec(text);
  if (!found) return undefined;
  const [, c, e = '', n] = found;
  const count = Number(n);
  return count <= REACT_MAX_COUNT ? { ok: true, frame: { op: 'react', c: Number(c), e, n: count } } : undefined;
}

function encodeFrames(frames: readonly ServerFrame[]): string {
  return frames.map((frame) => JSON.stringify(frame)).join('\n');
}

/** A room's flush in the words of `ovation.v1`. */
export function encodeNative({ number, at, gap, events, table, tick }: RoomFlush): EncodedFlush {
  const ordered: string[] = [];
  if (gap) ordered.push(encodeFrames([{ k: 'gap', c: number, pos: gap }]));
  for (const { text } of events) ordered.push(text);
  if (table) ordered.push(encodeFrames([{ k: 'table', c: number, v: table.version, emotes: [...table.emotes] }]));
  return {
    ...(ordered.length > 0 && { ordered: ordered.join('\n') }),
    ...(tick && { volatile: encodeFrames([tickFrame(number, at, tick)]) }),
  };
}

function tickFrame(
  c: number,
  at: number,
  { number, tallies, occupancy, totals }: NonNullable<RoomFlush['tick']>,
): ServerFrame {
  const occ = occupancy === undefined ? {} : { occ: occupancy };
  const tot = totals && { tot: { m: totals.minute, t: [...totals.counts] } };
  return { k: 'tick', c, s: number, at, t: [...tallies], ...occ, ...tot };
}

function readFrame(line: string): ReadFrame {
  let input: unknown;
  try {
    input = JSON.parse(line);
  } catch {
    return problem(FRAME_ERRORS.badRequest, 'A frame is one or more JSON objects, one a line');
  }
  const { success, data, error } = clientFrameSchema.safeParse(input);
  if (success) return { ok: true, frame: data };
  const { op, id } = fieldsOf(input);
  const hasOp = typeof op === 'string';
  if (hasOp && !CLIENT_OPS.some((known) => known === op)) {
    return problem(FRAME_ERRORS.unknownOp, `op must be one of ${CLIENT_OPS.join(', ')}`, id);
  }
  const issue = error.issues[0];
  const field = issue?.path.join('.');
  return problem(FRAME_ERRORS.badRequest, hasOp && field ? `${op}.${field}: ${issue?.message}` : 'op is required', id);
}

function problem(code: number, msg: string, id?: unknown): ReadFrame {
  return { ok: false, id: typeof id === 'number' && Number.isSafeInteger(id) ? id : undefined, code, msg };
}

function fieldsOf(input: unknown): { op?: unknown; id?: unknown } {
  return typeof input === 'object' && input !== null ? input : {};
}
