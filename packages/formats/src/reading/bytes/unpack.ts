import { ImportError } from '../import-error.ts';
import { fileKindOf, KIND_BYTES, notText } from './file-kind.ts';
import { type Gunzip, gunzip } from './gunzip.ts';

/** A file may be packed again by what sends it. More layers than this are meant to do harm. */
const LAYERS_MAX = 4;

/**
 * Unpacks gzip, also several layers of it, which is recognised by the first bytes and not by the name of the file. Other
 * bytes pass through.
 * @throws ImportError for a file that is no text, such as a video or an archive
 */
export async function* unpack(
  source: AsyncIterable<Uint8Array>,
  unpacker?: Gunzip,
  layers = 0,
): AsyncGenerator<Uint8Array, void> {
  const { head, rest } = await takeBytes(source, KIND_BYTES);
  const kind = fileKindOf(head);
  const whole = chain(head, rest);
  if (!kind) {
    yield* whole;
    return;
  }
  if (kind.name !== 'gzip' || layers === LAYERS_MAX) {
    await whole.return();
    throw new ImportError(notText(kind));
  }
  yield* unpack(gunzip(whole, unpacker), unpacker, layers + 1);
}

/** The first piece with at least `length` bytes (fewer at the end of the file), and the rest. */
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

/** Joins what `takeBytes` has parted. An early stop closes the source. */
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
