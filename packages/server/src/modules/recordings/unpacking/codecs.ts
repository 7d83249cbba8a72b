import { ImportError } from '@ovation/formats';
import { Readable, type Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createBrotliDecompress, createGunzip } from 'node:zlib';
import { EndsTooEarly } from './bit-reader.ts';
import { bunzip2 } from './bunzip2.ts';
import { unxz } from './unxz.ts';
import { unzstd } from './unzstd.ts';

/** Unpacks one packed file, piece by piece. */
export interface Codec {
  /** for people */
  readonly title: string;
  /** @param packed closes its source when it is closed */
  readonly unpack: (packed: AsyncIterable<Uint8Array>) => AsyncIterable<Uint8Array>;
}

/** By the name of the kind of the file. Brotli has no mark, so it is tried. */
export const codecs: Readonly<Record<string, Codec>> = {
  gzip: { title: 'gzip', unpack: (packed) => throughNode(packed, createGunzip()) },
  brotli: { title: 'brotli', unpack: (packed) => throughNode(packed, createBrotliDecompress()) },
  zstd: { title: 'Zstandard', unpack: unzstd },
  xz: { title: 'xz', unpack: unxz },
  bzip2: { title: 'bzip2', unpack: bunzip2 },
};

/**
 * Unpacks, and says in one sentence what is wrong with the data. Errors of the source pass through.
 * @throws ImportError
 */
export async function* unpackedBy(
  { title, unpack }: Codec,
  source: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array, void> {
  let failure: { readonly error: unknown } | undefined;
  async function* watched() {
    const reading = source[Symbol.asyncIterator]();
    try {
      for (;;) {
        // The `yield` is outside of the catch: what reads from here throws its errors about the data there.
        const next = await reading.next().catch((error: unknown) => {
          failure = { error };
          throw error;
        });
        if (next.done) return;
        yield next.value;
      }
    } finally {
      await reading.return?.();
    }
  }
  let unpacked = 0;
  try {
    for await (const piece of unpack(watched())) {
      unpacked += piece.length;
      yield piece;
    }
  } catch (error) {
    if (failure) throw failure.error;
    throw error instanceof ImportError ? error : damaged(title, error, unpacked);
  }
}

function damaged(title: string, error: unknown, unpacked: number): ImportError {
  const where = `after ${unpacked} unpacked bytes`;
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'ZSTD_error_frameParameter_windowTooLarge') {
    return new ImportError('The Zstandard data needs a window of more than 128 MB: pack the file again without --long');
  }
  if (error instanceof EndsTooEarly || code === 'Z_BUF_ERROR') {
    return new ImportError(`The ${title} data ends too early (${where}): the file was cut off, fetch it again`);
  }
  return new ImportError(`The ${title} data is damaged (${where}): fetch the file again`);
}

async function* throughNode(packed: AsyncIterable<Uint8Array>, unpacker: Transform): AsyncGenerator<Uint8Array, void> {
  // What goes wrong in the source comes out at the reading end.
  const feeding = pipeline(Readable.from(packed), unpacker).catch(() => {});
  try {
    // A stream without an encoding yields buffers.
    yield* unpacker as AsyncIterable<Uint8Array>;
  } finally {
    await feeding;
  }
}
