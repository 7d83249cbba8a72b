import { createRequire } from 'node:module';
import type * as Xz from 'xz-decompress';

const require = createRequire(import.meta.url);

/**
 * Unpacks xz. The package gives one stream at a time what it needs and lets all others of the process wait, so an xz file in an
 * xz archive, or one that is read twice, would wait for itself: each stream gets the package anew.
 * @throws Error with a number of its own for damaged data
 */
export async function* unxz(packed: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void> {
  const reading = packed[Symbol.asyncIterator]();
  // Not ReadableStream.from: its cancel() would wait for a piece that is on its way.
  const source = new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const next = await reading.next();
        if (next.done) controller.close();
        else controller.enqueue(next.value);
      },
    },
    { highWaterMark: 0 },
  );
  try {
    yield* new (freshXz().XzReadableStream)(source) as AsyncIterable<Uint8Array>;
  } finally {
    await reading.return?.();
  }
}

function freshXz(): typeof Xz {
  const file = require.resolve('xz-decompress');
  // oxlint-disable-next-line typescript/no-dynamic-delete -- what is loaded again must not be remembered
  delete require.cache[file];
  return require('xz-decompress') as typeof Xz;
}
