import { ImportError } from './import-error.ts';

/** Gzip is recognised by its first two bytes (1F 8B), whatever the file is called; other bytes pass through. */
export async function* unpack(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void> {
  const { head, rest } = await takeBytes(source, 2);
  const isGzip = head[0] === 0x1f && head[1] === 0x8b;
  const whole = chain(head, rest);
  yield* isGzip ? gunzip(whole) : whole;
}

/** The first `length` bytes (fewer at the end of the file), in one piece with what came along, and the rest. */
export async function takeBytes(
  source: AsyncIterable<Uint8Array>,
  length: number,
): Promise<{ head: Uint8Array; rest: AsyncIterator<Uint8Array> }> {
  const rest = source[Symbol.asyncIterator]();
  let head: Uint8Array = new Uint8Array();
  while (head.length < length) {
    const next = await rest.next();
    if (next.done) break;
    head = join(head, next.value);
  }
  return { head, rest };
}

/** The pieces that `takeBytes` parted. Whoever stops early closes the source. */
export async function* chain(head: Uint8Array, rest: AsyncIterator<Uint8Array>): AsyncGenerator<Uint8Array, void> {
  try {
    if (head.length > 0) yield head;
    for (;;) {
      const next = await rest.next();
      if (next.done) return;
      yield next.value;
    }
  } finally {
    await rest.return?.();
  }
}

export function join(left: Uint8Array, right: Uint8Array): Uint8Array {
  if (left.length === 0) return right;
  const joined = new Uint8Array(left.length + right.length);
  joined.set(left);
  joined.set(right, left.length);
  return joined;
}

async function* gunzip(packed: AsyncGenerator<Uint8Array, void>): AsyncGenerator<Uint8Array, void> {
  const stream = new DecompressionStream('gzip');
  const writer = stream.writable.getWriter();
  const reader = stream.readable.getReader();
  const feed: Feed = {};
  const feeding = pump(packed, writer, feed);
  let unpacked = 0;
  try {
    for (;;) {
      const part = await reader.read();
      if (part.done) break;
      unpacked += part.value.length;
      yield part.value;
    }
  } catch (error) {
    throw feed.failure ? feed.failure.error : gzipError(error, unpacked);
  } finally {
    // Also on an early stop: the pump must not wait forever for a reader that has gone.
    await reader.cancel().catch(ignore);
    await feeding;
  }
}

interface Feed {
  /** what the source itself threw, to be told from an error in the gzip data */
  failure?: { error: unknown };
}

/** Never rejects: a failure of the source is kept in `feed`, one of the gzip data shows at the reading end. */
async function pump(
  packed: AsyncGenerator<Uint8Array, void>,
  writer: WritableStreamDefaultWriter<Uint8Array<ArrayBuffer>>,
  feed: Feed,
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
    feed.failure = { error };
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
  if (code === 'ERR_TRAILING_JUNK_AFTER_STREAM_END') {
    return new ImportError(`More data follows the end of the gzip data (${where}): unpack the file with gunzip first`);
  }
  return new ImportError(`The gzip data is damaged (${where}): fetch the file again`);
}

function ignore(): void {}
