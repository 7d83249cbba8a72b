const DIGITS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
const BITS = 24;
/** Characters of an author. */
export const AUTHOR_LENGTH = 4;
/** How many different ones there can be. */
export const AUTHORS_SPACE = 2 ** BITS;

/**
 * An author as four characters: enough to tell people of a moment apart, too little to be a name. FNV-1a (public
 * domain) folded to 24 bits; the digits are in no order of their own, so they are compared by their number.
 */
export function authorHash(author: string): string {
  let hash = 0x811c9dc5;
  for (let index = 0; index < author.length; index += 1) {
    hash = Math.imul(hash ^ author.charCodeAt(index), 0x01000193);
  }
  const folded = ((hash >>> BITS) ^ hash) & (AUTHORS_SPACE - 1);
  return [18, 12, 6, 0].map((shift) => DIGITS[(folded >> shift) & 63] ?? '').join('');
}

/** The number behind the four characters. */
export function numberOfAuthor(hash: string): number {
  let number = 0;
  for (const digit of hash) number = number * 64 + Math.max(0, DIGITS.indexOf(digit));
  return number;
}

/** The authors of a digest, one for each message. */
export function authorsIn(text: string): string[] {
  return text.match(/.{4}/gsu) ?? [];
}

/** At most `most` messages: those of the authors with the smallest numbers, so that the same people are kept each second. */
export function joinAuthors(hashes: readonly string[], most: number): string {
  if (hashes.length <= most) return hashes.join('');
  const ranked = hashes.map((hash): [number, string] => [numberOfAuthor(hash), hash]).toSorted(([a], [b]) => a - b);
  return ranked
    .slice(0, most)
    .map(([, hash]) => hash)
    .join('');
}
