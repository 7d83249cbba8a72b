import { BlobError } from '../../ports/blob-store.ts';

/** A piece of a body, and whether it is the last one. */
export interface Piece {
  readonly bytes: Buffer;
  readonly isLast: boolean;
}

/**
 * Cuts a body into pieces of exactly `pieceBytes`; only the last may be smaller, and it is empty only when the body is. Two
 * pieces are in memory at most.
 * @throws BlobError `too_large`, and whatever `body` throws
 */
export async function* cutBody(
  body: AsyncIterable<Uint8Array>,
  { maxBytes, pieceBytes }: { maxBytes: number; pieceBytes: number },
): AsyncGenerator<Piece> {
  let held: Uint8Array[] = [];
  let heldBytes = 0;
  let allBytes = 0;
  for await (const chunk of body) {
    allBytes += chunk.length;
    if (allBytes > maxBytes)
      throw new BlobError('too_large', `The file is larger than the ${maxBytes} bytes it may have`);
    // The sender may use the memory of a chunk again.
    for (let rest = new Uint8Array(chunk); rest.length > 0;) {
      // A full piece waits for the next byte, which says that it is not the last.
      if (heldBytes === pieceBytes) {
        yield { bytes: Buffer.concat(held), isLast: false };
        held = [];
        heldBytes = 0;
      }
      const taken = rest.subarray(0, pieceBytes - heldBytes);
      held.push(taken);
      heldBytes += taken.length;
      rest = rest.subarray(taken.length);
    }
  }
  yield { bytes: Buffer.concat(held), isLast: true };
}
