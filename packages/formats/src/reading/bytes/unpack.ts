import { type Gunzip, gunzip } from './gunzip.ts';

// oxlint-disable-next-line no-magic-numbers -- the two bytes that every gzip file begins with
const GZIP = [0x1f, 0x8b];

/**
 * Unpacks gzip, which is recognised by its first two bytes and not by the name of the file. Other bytes pass
 * through.
 */
export async function* unpack(source: AsyncIterable<Uint8Array>, unpacker?: Gunzip): AsyncGenerator<Uint8Array, void> {
  const { head, rest } = await takeBytes(source, GZIP.length);
  const isGzip = GZIP.every((byte, at) => head[at] === byte);
  const whole = chain(head, rest);
  yield* isGzip ? gunzip(whole, unpacker) : whole;
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
