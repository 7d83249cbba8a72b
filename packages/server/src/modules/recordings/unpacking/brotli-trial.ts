import { createBrotliDecompress } from 'node:zlib';

export const BROTLI_TRIAL_BYTES = 65_536;
/** What unpacks to so much text without an error is no accident. */
const ENOUGH_BYTES = 64;

/**
 * Whether bytes are the beginning of brotli data. It has no mark, so they are unpacked: other data gives an error soon, or
 * something that is no text.
 */
export async function isBrotli(head: Uint8Array): Promise<boolean> {
  const unpacker = createBrotliDecompress();
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const found: Buffer[] = [];
  let length = 0;
  unpacker.on('data', (piece: Buffer) => {
    found.push(piece);
    length += piece.length;
    if (length >= BROTLI_TRIAL_BYTES) resolve(true);
  });
  unpacker.on('end', () => resolve(length > 0));
  // An error of a head that was cut off comes after what it unpacks to.
  unpacker.on('error', (error: NodeJS.ErrnoException) =>
    resolve(error.code === 'Z_BUF_ERROR' && length >= ENOUGH_BYTES),
  );
  unpacker.end(head);
  const isUnpacked = await promise;
  unpacker.destroy();
  return isUnpacked && isText(Buffer.concat(found));
}

function isText(bytes: Buffer): boolean {
  try {
    // A character may be cut off at the end.
    new TextDecoder('utf-8', { fatal: true }).decode(bytes, { stream: true });
    return !bytes.includes(0);
  } catch {
    return false;
  }
}
