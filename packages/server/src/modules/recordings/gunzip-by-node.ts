import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';

/** Unpacks gzip for importers; unlike the browser's, Node's reads files of several members. */
export async function* gunzipByNode(packed: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void> {
  const unpacker = createGunzip();
  // What goes wrong in the source comes out at the reading end.
  const feeding = pipeline(Readable.from(packed), unpacker).catch(() => {});
  try {
    // A stream without an encoding yields buffers.
    yield* unpacker as AsyncIterable<Uint8Array>;
  } finally {
    await feeding;
  }
}
