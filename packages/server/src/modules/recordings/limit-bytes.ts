import { UnpackedTooLarge } from './recording-problem.ts';

/** Passes bytes through up to a number of them: a few packed kilobytes can unpack to anything. */
export async function* limitBytes(
  source: AsyncIterable<Uint8Array>,
  maxBytes: number,
): AsyncGenerator<Uint8Array, void> {
  let passed = 0;
  for await (const piece of source) {
    passed += piece.length;
    if (passed > maxBytes) throw new UnpackedTooLarge(tooLargeText(maxBytes, 'unpacked'));
    yield piece;
  }
}

const MEGABYTE = 1_048_576;

export function tooLargeText(maxBytes: number, state: 'sent' | 'unpacked'): string {
  const size = `${(maxBytes / MEGABYTE).toLocaleString('en-US')} MB`;
  const what = state === 'sent' ? 'The file' : 'What the file unpacks to';
  return `${what} is larger than ${size}, which is the most that is taken; cut it into parts, or use ovation analyze`;
}
