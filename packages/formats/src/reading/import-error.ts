/** A file that cannot be read. The message is one sentence: where, what is wrong, and what would be right. */
export class ImportError extends Error {
  override readonly name = 'ImportError';
}

/** Characters of a value of the file in a sentence about it. */
export const VALUE_LENGTH = 20;

/** A piece of a file, made short and printable on one line, for a sentence about the file. */
export function excerpt(text: string, maxLength = 40): string {
  const plain = text.replaceAll(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]+/gu, ' ').trim();
  const characters = Array.from(plain);
  return characters.length > maxLength ? `${characters.slice(0, maxLength).join('')}…` : plain;
}
