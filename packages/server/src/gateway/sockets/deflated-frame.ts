import { constants, deflateRawSync } from 'node:zlib';
import { frameOf } from './text-frame.ts';

/** Shorter texts are not worth it. */
const DEFLATE_FROM_BYTES = 300;
const LEVEL = 6;
/** Every flushed block ends with these, and the protocol leaves them out (RFC 7692, 7.2.1). */
const TAIL_BYTES = 4;
/** final, RSV1 for "compressed", text */
const DEFLATED_TEXT = 0xc1;

/** A compressed text message that depends on no other, so that it can be shared. Undefined where it is not worth it. */
export function deflatedFrame(text: string): Buffer | undefined {
  const plain = Buffer.from(text);
  if (plain.length <= DEFLATE_FROM_BYTES) return undefined;
  const packed = deflateRawSync(plain, { level: LEVEL, finishFlush: constants.Z_SYNC_FLUSH });
  if (packed.length - TAIL_BYTES >= plain.length) return undefined;
  return frameOf(DEFLATED_TEXT, packed.subarray(0, -TAIL_BYTES));
}
