const THRICE = /(.)\1{2,}/u;
const ANY_THRICE = /(.)\1{2,}/gu;
const SYLLABLES = /^(.{2,3}?)\1+(?:.{0,2})$/u;
const LETTER_OR_DIGIT = /[\p{L}\p{N}]/u;

/**
 * One spelling for a drawn-out reaction, so that "LOOOL" and "LOOOOOL", or "hahaha" and "hahahah", are counted
 * together. A character that comes three times or more stays twice, and so does a repeated syllable. Case is kept,
 * because names of emotes differ by it.
 */
export function foldRepeats(word: string): string {
  const folded = THRICE.test(word) ? word.replaceAll(ANY_THRICE, '$1$1') : word;
  if (folded.length < 4) return folded;
  const syllable = SYLLABLES.exec(folded)?.[1];
  if (syllable === undefined || !LETTER_OR_DIGIT.test(syllable)) return folded;
  return folded.startsWith(syllable + syllable) ? syllable + syllable : folded;
}
