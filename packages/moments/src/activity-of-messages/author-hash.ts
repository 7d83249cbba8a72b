const DIGITS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
const BITS = 24;
/** Number of characters that stand for an author. */
export const AUTHOR_LENGTH = 4;
/** Number of different hashes. */
export const AUTHORS_SPACE = 2 ** BITS;

/**
 * An author as four characters: enough to tell the authors of a moment apart, too little to identify a person. FNV-1a
 * (public domain) folded to 24 bits. The digits do not sort like numbers, so hashes are compared by their number.
 */
export function authorHash(author: string): string {
  let hash = 0x811c9dc5;
  for (let index = 0; index < author.length; index += 1) {
    hash = Math.imul(hash ^ author.charCodeAt(index), 0x01000193);
  }
  const folded = ((hash >>> BITS) ^ hash) & (AUTHORS_SPACE - 1);
  return [18, 12, 6, 0].map((shift) => DIGITS[(folded >> shift) & 63] ?? '').join('');
}

/** The number that the four characters encode. */
export function numberOfAuthor(hash: string): number {
  let number = 0;
  for (const digit of hash) number = number * 64 + Math.max(0, DIGITS.indexOf(digit));
  return number;
}

/** The authors of a digest, one for each message. */
export function authorsIn(text: string): string[] {
  return text.match(/.{4}/gsu) ?? [];
}

/**
 * Keeps at most `most` messages: those of the authors with the smallest numbers. So the same authors are kept each
 * second.
 */
export function joinAuthors(hashes: readonly string[], most: number): string {
  if (hashes.length <= most) return hashes.join('');
  const ranked = hashes.map((hash): [number, string] => [numberOfAuthor(hash), hash]).toSorted(([a], [b]) => a - b);
  return ranked
    .slice(0, most)
    .map(([, hash]) => hash)
    .join('');
}
