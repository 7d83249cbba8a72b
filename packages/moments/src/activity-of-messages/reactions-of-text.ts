import { foldRepeats } from './fold-repeats.ts';

/** Text with more words than this is talk: only its emotes count as reactions. */
const SHORT_WORDS = 3;
/** A longer word is no reaction; it also keeps hostile text out of the counts. */
const WORD_MAX_LENGTH = 32;
const WORDS_MAX = 64;
const FOLDED_MAX = 8_192;
const ASCII_ONLY = /^[\x20-\x7e]*$/;
const EMOJI = /\p{RGI_Emoji}/gv;

const foldedByWord = new Map<string, string>();

/**
 * The distinct reactions of one message, with repeats folded: the platform's emotes and emoji of any text, every word
 * of a short one. No list of emotes and no language is assumed: third-party emotes and "777" are words like others.
 */
export function reactionsOfText(text: string, emotes: readonly string[] = []): string[] {
  if (text === '' && emotes.length === 0) return [];
  const reactions: string[] = [];
  for (const emote of emotes) if (!reactions.includes(emote)) reactions.push(emote);
  if (!ASCII_ONLY.test(text)) {
    for (const [emoji] of text.matchAll(EMOJI)) if (!reactions.includes(emoji)) reactions.push(emoji);
  }
  const words = shortWords(text);
  for (const word of words) if (!reactions.includes(word)) reactions.push(word);
  return reactions;
}

/** The distinct folded words, or none when there are too many for a reaction. */
function shortWords(text: string): string[] {
  const words: string[] = [];
  let previous = '';
  let seen = 0;
  for (const word of text.split(' ')) {
    if (word === '' || word === previous) continue;
    previous = word;
    seen += 1;
    if (word.length > WORD_MAX_LENGTH || seen > WORDS_MAX) return [];
    const folded = fold(word);
    if (words.includes(folded)) continue;
    words.push(folded);
    if (words.length > SHORT_WORDS) return [];
  }
  return words;
}

function fold(word: string): string {
  const known = foldedByWord.get(word);
  if (known !== undefined) return known;
  if (foldedByWord.size >= FOLDED_MAX) foldedByWord.clear();
  const folded = foldRepeats(word);
  foldedByWord.set(word, folded);
  return folded;
}
