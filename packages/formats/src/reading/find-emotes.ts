import emojiRegex from 'emoji-regex';
import { emoteKey } from '@ovation/protocol';
import type { ChatEmote, ListedEmote } from './chat.ts';

const EMOJI = emojiRegex();
/** Every emoji contains one of these. Digits, © and arrows without a selector are text and do not count. */
const SHOWN_AS_EMOJI = /\p{Emoji_Presentation}|\u{FE0F}/u;

/** Words of a text that count as emotes. */
export interface EmoteWords {
  /** with key `text:<word>` */
  readonly words: ReadonlySet<string>;
  /** by name; has precedence over `words` */
  readonly listed: ReadonlyMap<string, ListedEmote>;
}

const NONE: readonly ChatEmote[] = [];
const NO_NAMES: ReadonlySet<string> = new Set();

/** Collects the emotes of a message, each once with its count, and then those of the next message. */
export class EmoteFinder {
  #found: { key: string; name: string; count: number }[] = [];
  readonly #byKey = new Map<string, { key: string; name: string; count: number }>();
  readonly #words: EmoteWords;

  constructor(words: EmoteWords) {
    this.#words = words;
  }

  /** Adds an emote that the file names by its id. An id that gives no valid key is ignored. */
  add(providerKey: string, name: string, count = 1): void {
    const key = emoteKey(providerKey);
    if (key !== undefined) this.#count(key, name, count);
  }

  /** Adds the emotes of the text between the named emotes: emoji, and words that count as emotes. */
  addText(text: string): void {
    if (SHOWN_AS_EMOJI.test(text)) this.#addEmoji(text);
    this.#addWords(text, NO_NAMES);
  }

  /** Adds the emotes of a whole text, except those with the given names, which were added before. */
  addRest(text: string, named: ReadonlySet<string>): void {
    if (SHOWN_AS_EMOJI.test(text)) this.#addEmoji(text);
    this.#addWords(text, named);
  }

  /** Returns the emotes of this message and begins the next message. */
  take(): readonly ChatEmote[] {
    if (this.#found.length === 0) return NONE;
    const found = this.#found;
    this.#found = [];
    this.#byKey.clear();
    return found;
  }

  #addEmoji(text: string): void {
    // matchAll would compile this very large expression again for every message.
    EMOJI.lastIndex = 0;
    for (let match = EMOJI.exec(text); match; match = EMOJI.exec(text)) {
      const [emoji] = match;
      if (!SHOWN_AS_EMOJI.test(emoji)) continue;
      const key = emoteKey(emoji);
      if (key?.startsWith('unicode:')) this.#count(key, emoji, 1);
    }
  }

  #addWords(text: string, named: ReadonlySet<string>): void {
    const { words, listed } = this.#words;
    if (words.size === 0 && listed.size === 0) return;
    for (const word of text.split(/\s+/u)) {
      if (named.has(word)) continue;
      const emote = listed.get(word);
      if (emote) this.#count(emote.key, emote.name, 1);
      else if (words.has(word)) this.#addWord(word);
    }
  }

  #addWord(word: string): void {
    const key = emoteKey(word);
    // A word that is an emoji is already counted as an emoji.
    if (key?.startsWith('text:')) this.#count(key, word, 1);
  }

  #count(key: string, name: string, count: number): void {
    const known = this.#byKey.get(key);
    if (known) known.count += count;
    else {
      const emote = { key, name, count };
      this.#byKey.set(key, emote);
      this.#found.push(emote);
    }
  }
}
