import type { Transform } from 'node:stream';
import { createZstdDecompress } from 'node:zlib';
import { Pieces } from './pieces.ts';

/**
 * Unpacks Zstandard. Node's unpacker ends with the first frame and drops what follows in silence, but `cat a.zst b.zst` and
 * parallel packers give files of many frames: each gets an unpacker of its own.
 * @throws Error with zlib's `code`
 */
export async function* unzstd(packed: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void> {
  const source = new Pieces(packed);
  try {
    while (await source.hasMore()) yield* unpackFrame(source, createZstdDecompress());
  } finally {
    await source.close();
  }
}

async function* unpackFrame(
  source: Pieces,
  // The typings of Node leave out what zlib documents: bytes that the unpacker has used.
  unpacker: Transform & { readonly bytesWritten?: number },
): AsyncGenerator<Uint8Array, void> {
  const fed = { bytes: 0, last: new Uint8Array() as Uint8Array };
  let wake = () => {};
  let isOver = false;
  for (const event of ['end', 'error', 'close'] as const) {
    unpacker.once(event, () => {
      isOver = true;
      wake();
    });
  }
  const feed = async () => {
    while (!isOver) {
      const piece = await source.next();
      if (!piece) {
        unpacker.end();
        return;
      }
      if (isOver) {
        source.giveBack(piece);
        return;
      }
      fed.bytes += piece.length;
      fed.last = piece;
      const { promise, resolve } = Promise.withResolvers<void>();
      wake = resolve;
      unpacker.write(piece, () => resolve());
      await promise;
      // The frame ended inside of this piece.
      if ((unpacker.bytesWritten ?? 0) < fed.bytes) return;
    }
  };
  const feeding = feed().catch((error: unknown) => unpacker.destroy(error instanceof Error ? error : new Error('?')));
  try {
    // A stream without an encoding yields buffers.
    yield* unpacker as AsyncIterable<Uint8Array>;
  } finally {
    unpacker.destroy();
    await feeding;
  }
  const unused = fed.bytes - (unpacker.bytesWritten ?? fed.bytes);
  if (unused > 0) source.giveBack(fed.last.subarray(fed.last.length - unused));
}
