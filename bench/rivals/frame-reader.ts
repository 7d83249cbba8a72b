const EMPTY = Buffer.alloc(0);

/** Told where a payload lies; the bytes are gone after the call. */
export type TakePayload = (all: Buffer, start: number, end: number) => void;

/** Cuts what a server sends into WebSocket payloads. Server frames carry no mask. */
export class FrameReader {
  #rest: Buffer = EMPTY;

  read(data: Buffer, take: TakePayload): void {
    const all = this.#rest.length > 0 ? Buffer.concat([this.#rest, data]) : data;
    let at = 0;
    for (let end = payloadEnd(all, at); end >= 0; end = payloadEnd(all, at)) {
      take(all, at + headLength(all, at), end);
      at = end;
    }
    // A copy: the buffer that it lies in is everybody's.
    this.#rest = at === all.length ? EMPTY : Buffer.from(all.subarray(at));
  }
}

function headLength(all: Buffer, at: number): number {
  const short = (all[at + 1] ?? 0) & 0x7f;
  if (short < 126) return 2;
  return short === 126 ? 4 : 10;
}

/** -1 while the frame is not whole. */
function payloadEnd(all: Buffer, at: number): number {
  if (all.length - at < 2) return -1;
  const head = headLength(all, at);
  if (all.length - at < head) return -1;
  const length =
    head === 2
      ? (all[at + 1] ?? 0) & 0x7f
      : head === 4
        ? all.readUInt16BE(at + 2)
        : Number(all.readBigUInt64BE(at + 2));
  const end = at + head + length;
  return end <= all.length ? end : -1;
}

/** A text frame of a client. */
export function maskedFrame(text: string): Buffer {
  const payload = Buffer.from(text);
  const head =
    payload.length < 126
      ? [0x81, 0x80 | payload.length]
      : [0x81, 0x80 | 126, payload.length >> 8, payload.length & 255];
  // A mask of zeros is a mask, and changes nothing.
  return Buffer.concat([Buffer.from([...head, 0, 0, 0, 0]), payload]);
}
