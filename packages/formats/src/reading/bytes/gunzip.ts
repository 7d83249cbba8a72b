import { ImportError } from '../import-error.ts';

/**
 * Unpacks gzip. An error in the data should have zlib's `code`.
 * @param packed closes its source when it is closed
 */
export type Gunzip = (packed: AsyncGenerator<Uint8Array, void>) => AsyncIterable<Uint8Array>;

/** @param unpacker the unpacker of the host; without it, files of several members are refused */
export async function* gunzip(
  source: AsyncGenerator<Uint8Array, void>,
  unpacker: Gunzip = gunzipByWeb,
): AsyncGenerator<Uint8Array, void> {
  // An error of the source must not be reported as an error in the gzip data.
  const watched: Watched = {};
  let unpacked = 0;
  try {
    for await (const part of unpacker(watch(source, watched))) {
      unpacked += part.length;
      yield part;
    }
  } catch (error) {
    if (watched.failure) throw watched.failure.error;
    // The unpacker of the host may stop for its own reason, such as a limit.
    throw error instanceof ImportError ? error : gzipError(error, unpacked);
  } finally {
    await source.return();
  }
}

interface Watched {
  failure?: { error: unknown };
}

async function* watch(source: AsyncGenerator<Uint8Array, void>, watched: Watched): AsyncGenerator<Uint8Array, void> {
  for (;;) {
    // The `yield` is outside of the catch: the unpacker throws its errors about the data there.
    const next = await source.next().catch((error: unknown) => {
      watched.failure = { error };
      throw error;
    });
    if (next.done) return;
    yield next.value;
  }
}

/** DecompressionStream, which browsers and servers have. It unpacks the first member of several and then fails. */
async function* gunzipByWeb(packed: AsyncGenerator<Uint8Array, void>): AsyncGenerator<Uint8Array, void> {
  const stream = new DecompressionStream('gzip');
  const reader = stream.readable.getReader();
  const feeding = pump(packed, stream.writable.getWriter());
  try {
    for (;;) {
      const part = await reader.read();
      if (part.done) break;
      yield part.value;
    }
  } finally {
    // After an early stop too: without a reader the pump would wait forever.
    await reader.cancel().catch(ignore);
    await feeding;
  }
}

/** Never rejects: the reading end gets the error. */
async function pump(
  packed: AsyncGenerator<Uint8Array, void>,
  writer: WritableStreamDefaultWriter<Uint8Array<ArrayBuffer>>,
): Promise<void> {
  try {
    for (;;) {
      const part = await packed.next();
      if (part.done) break;
      // The stream's type asks for a plain ArrayBuffer behind the view; a file never comes in a shared one.
      const isTaken = await writer.write(part.value as Uint8Array<ArrayBuffer>).then(...TAKEN_OR_NOT);
      if (!isTaken) {
        await packed.return();
        return;
      }
    }
    await writer.close().catch(ignore);
  } catch (error) {
    await writer.abort(error).catch(ignore);
  }
}

const TAKEN_OR_NOT = [() => true, () => false] as const;

function gzipError(error: unknown, unpacked: number): ImportError {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  const where = `after ${unpacked} unpacked bytes`;
  if (code === 'Z_BUF_ERROR') {
    return new ImportError(`The gzip data ends too early (${where}): the file was cut off, fetch it again`);
  }
  // The header of the first member is valid, since the file was recognised as gzip. So the error is in what follows it.
  const isBehind = error instanceof Error && error.message === 'incorrect header check';
  if (isBehind || code === 'ERR_TRAILING_JUNK_AFTER_STREAM_END') {
    return new ImportError(`More data follows the end of the gzip data (${where}): unpack the file with gunzip first`);
  }
  return new ImportError(`The gzip data is damaged (${where}): fetch the file again`);
}

function ignore(): void {}
