/**
 * Whole WebSocket frames, built once and written to many sockets (gateway.md 3.1). Server frames carry no mask, and
 * ours are never fragmented or compressed, so the head is all there is to it (RFC 6455, 5.2). `Sender.frame` of ws does
 * the same but has no types.
 */
const TEXT = 0x81;
const PING = 0x89;
/** What stands for the length when it follows in two bytes, or in eight. */
const LENGTH_IN_16_BITS = 126;
const LENGTH_IN_64_BITS = 127;
const OVER_16_BITS = 65_536;

/** A text message as one frame. */
export function textFrame(text: string): Buffer {
  const bytes = Buffer.byteLength(text);
  const head = headLength(bytes);
  const frame = Buffer.allocUnsafe(head + bytes);
  frame[0] = TEXT;
  writeLength(frame, bytes);
  frame.write(text, head);
  return frame;
}

/** A whole frame around a payload. @param first the first byte: final, reserved bits, kind */
export function frameOf(first: number, payload: Buffer): Buffer {
  const head = Buffer.alloc(headLength(payload.length));
  head[0] = first;
  writeLength(head, payload.length);
  return Buffer.concat([head, payload]);
}

/** A protocol ping without a payload. */
export function pingFrame(): Buffer {
  return Buffer.from([PING, 0]);
}

function headLength(bytes: number): number {
  if (bytes < LENGTH_IN_16_BITS) return 2;
  return bytes < OVER_16_BITS ? 4 : 10;
}

function writeLength(frame: Buffer, bytes: number): void {
  if (bytes < LENGTH_IN_16_BITS) frame[1] = bytes;
  else if (bytes < OVER_16_BITS) {
    frame[1] = LENGTH_IN_16_BITS;
    frame.writeUInt16BE(bytes, 2);
  } else {
    frame[1] = LENGTH_IN_64_BITS;
    frame.writeBigUInt64BE(BigInt(bytes), 2);
  }
}
