import { foldRepeats } from './fold-repeats.ts';

/** A text with more words than this is talk: only its emotes and emoji count as reactions. */
const SHORT_WORDS = 3;
/** A longer word is no reaction. The limit also keeps hostile text out of the counts. */
const WORD_MAX_LENGTH = 32;
/** Only this many words of a text are read. */
const WORDS_MAX = 64;
const KNOWN_MAX = 32_768;
const EMOJI = /\p{RGI_Emoji}/gv;
/** Every emoji contains one of these. This test costs a fraction of the search for emoji. */
const MAYBE_EMOJI = /[©®\u203C-\u2BFF\u3030\u303D\u3297\u3299\uD83C-\uD83E]/;
const NONE: readonly string[] = [];

interface Word {
  readonly folded: string;
  readonly emoji: readonly string[];
}

const knownWords = new Map<string, Word>();

/**
 * The distinct reactions of one message, with repeats folded: the platform's emotes and emoji of any text, every word
 * of a short one. No list of emotes and no language is assumed: third-party emotes and "777" are words like others.
 */
export function reactionsOfText(text: string, emotes: readonly string[] = NONE): string[] {
  const reactions: string[] = [];
  for (const emote of emotes) addOnce(reactions, emote);
  for (const word of readWords(text, reactions)) addOnce(reactions, word);
  return reactions;
}

/** Adds the emoji of a text to `emoji`. @returns the folded words of a short text, else none */
function readWords(text: string, emoji: string[]): readonly string[] {
  const maybeEmoji = MAYBE_EMOJI.test(text);
  if (!maybeEmoji && isTalk(text)) return NONE;
  const short: string[] = [];
  let isShort = true;
  let previous = '';
  for (const word of text.split(' ', WORDS_MAX)) {
    if (word === '' || word === previous) continue;
    previous = word;
    const known = wordOf(word);
    for (const each of known.emoji) addOnce(emoji, each);
    if (isShort) isShort = addShort(short, known.folded);
    // Talk without emoji has no more reactions. Most long texts end here.
    if (!isShort && !maybeEmoji) break;
  }
  return isShort ? short : NONE;
}

/**
 * Whether more than three words begin differently. Then they differ when folded too, because folding keeps the first
 * two characters. Most long texts are recognised here, without a copy of a word.
 */
function isTalk(text: string): boolean {
  let one = -1;
  let two = -1;
  let three = -1;
  let start = 0;
  for (let words = 0; words < WORDS_MAX && start < text.length; words += 1) {
    let end = text.indexOf(' ', start);
    if (end === -1) end = text.length;
    if (end > start) {
      const key = (text.charCodeAt(start) << 16) | (end - start > 1 ? text.charCodeAt(start + 1) : 0);
      if (key !== one && key !== two && key !== three) {
        if (three !== -1) return true;
        three = two;
        two = one;
        one = key;
      }
    }
    start = end + 1;
  }
  return false;
}

/** Adds a word. @returns whether the text is still short */
function addShort(short: string[], word: string): boolean {
  if (word === '') return false;
  addOnce(short, word);
  return short.length <= SHORT_WORDS;
}

function addOnce(list: string[], item: string): void {
  if (!list.includes(item)) list.push(item);
}

/** `folded` is "" for a word that is too long. */
function wordOf(text: string): Word {
  const known = knownWords.get(text);
  if (known) return known;
  const emoji = MAYBE_EMOJI.test(text) ? emojiOf(text) : NONE;
  if (text.length > WORD_MAX_LENGTH) return { folded: '', emoji };
  const word = { folded: foldRepeats(text), emoji };
  // A full cache is cleared at once: an LRU would cost more than folding the few words again.
  if (knownWords.size >= KNOWN_MAX) knownWords.clear();
  knownWords.set(text, word);
  return word;
}

/** Emoji are looked for in this many lengths of a word: a run of them has no spaces, and an emoji has many units. */
const EMOJI_REACH = 8;

function emojiOf(text: string): string[] {
  return Array.from(text.slice(0, EMOJI_REACH * WORD_MAX_LENGTH).matchAll(EMOJI), ([emoji]) => emoji);
}
