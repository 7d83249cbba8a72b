import emojiRegex from 'emoji-regex';
import { emoteKey } from '@ovation/protocol';
import type { ChatEmote, ListedEmote } from './chat.ts';

const EMOJI = emojiRegex();
/** Every emoji has one of these; digits, © and arrows without a selector are text and do not count. */
const SHOWN_AS_EMOJI = /\p{Emoji_Presentation}|\u{FE0F}/u;

/** What counts as an emote although it is only a word of the text. */
export interface EmoteWords {
  /** with key `text:<word>` */
  readonly words: ReadonlySet<string>;
  /** by name; goes before `words` */
  readonly listed: ReadonlyMap<string, ListedEmote>;
}

const NONE: readonly ChatEmote[] = [];
const NO_NAMES: ReadonlySet<string> = new Set();

/** Collects the emotes of one message after another, each once with its count. */
export class EmoteFinder {
  #found: { key: string; name: string; count: number }[] = [];
  readonly #byKey = new Map<string, { key: string; name: string; count: number }>();
  readonly #words: EmoteWords;

  constructor(words: EmoteWords) {
    this.#words = words;
  }

  /** An emote that the file names by its id. Ignored when no key can be made of it. */
  add(providerKey: string, name: string, count = 1): void {
    const key = emoteKey(providerKey);
    if (key !== undefined) this.#count(key, name, count);
  }

  /** Text between the emotes that the file names: emoji, and the words that count as emotes. */
  addText(text: string): void {
    if (SHOWN_AS_EMOJI.test(text)) this.#addEmoji(text);
    this.#addWords(text, NO_NAMES);
  }

  /** A whole text whose emotes of these names were added already. */
  addRest(text: string, named: ReadonlySet<string>): void {
    if (SHOWN_AS_EMOJI.test(text)) this.#addEmoji(text);
    this.#addWords(text, named);
  }

  /** The emotes of this message; the next one begins empty. */
  take(): readonly ChatEmote[] {
    if (this.#found.length === 0) return NONE;
    const found = this.#found;
    this.#found = [];
    this.#byKey.clear();
    return found;
  }

  #addEmoji(text: string): void {
    // Not matchAll, which compiles this very large expression anew for every message.
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
    // A word that is an emoji was already counted as one.
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
