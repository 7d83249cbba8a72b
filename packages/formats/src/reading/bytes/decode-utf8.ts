import { ImportError } from '../import-error.ts';
import { join } from './unpack.ts';

/**
 * Strict UTF-8. Each piece ends before a character that continues in the next piece. So every piece decodes alone, and
 * the line of a wrong byte is known.
 */
export async function* decodeUtf8(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<string, void> {
  // `ignoreBOM` keeps U+FEFF inside the text; the mark of the file is already removed.
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  let carried: Uint8Array = new Uint8Array();
  let line = 1;
  const decode = (piece: Uint8Array): string => {
    try {
      return decoder.decode(piece);
    } catch {
      throw notUtf8(piece, line);
    }
  };
  for await (const chunk of bytes) {
    const data = join(carried, chunk);
    const whole = data.length - unfinishedBytes(data);
    const piece = data.subarray(0, whole);
    const text = decode(piece);
    line += count(piece, piece.length);
    carried = data.slice(whole);
    yield text;
  }
  if (carried.length > 0) yield decode(carried);
}

/** Number of bytes at the end that belong to an incomplete character: 0 to 3. */
function unfinishedBytes(data: Uint8Array): number {
  for (let back = 1; back <= Math.min(3, data.length); back += 1) {
    const length = sequenceLength(data[data.length - back] ?? 0);
    if (length !== 0) return length > back ? back : 0;
  }
  return 0;
}

/** Length in bytes of the character that this byte begins; 0 for a byte that cannot begin a character. */
function sequenceLength(byte: number): number {
  if (byte < 0x80) return 1;
  if (byte >= 0xc2 && byte <= 0xdf) return 2;
  if (byte >= 0xe0 && byte <= 0xef) return 3;
  return byte >= 0xf0 && byte <= 0xf4 ? 4 : 0;
}

function notUtf8(piece: Uint8Array, firstLine: number): ImportError {
  const at = firstInvalid(piece);
  const line = firstLine + count(piece, at);
  const byte = (piece[at] ?? 0).toString(16).toUpperCase().padStart(2, '0');
  return new ImportError(
    `Line ${line} is not UTF-8 (byte 0x${byte}): the file has another encoding or is damaged, save it as UTF-8`,
  );
}

/** Position of the first character that does not decode. Called only after decoding has failed. */
function firstInvalid(piece: Uint8Array): number {
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  let at = 0;
  while (at < piece.length) {
    const length = Math.max(1, sequenceLength(piece[at] ?? 0));
    try {
      decoder.decode(piece.subarray(at, at + length));
    } catch {
      return at;
    }
    at += length;
  }
  return at;
}

function count(piece: Uint8Array, end: number): number {
  let lines = 0;
  for (let at = piece.indexOf(0x0a); at !== -1 && at < end; at = piece.indexOf(0x0a, at + 1)) lines += 1;
  return lines;
}
