import emojiRegex from 'emoji-regex';
import { emoteKey } from '@ovation/protocol';
import type { ChatEmote } from './chat.ts';

const EMOJI = emojiRegex();
/** Every emoji has one of these; digits, © and arrows without a selector are text and do not count. */
const SHOWN_AS_EMOJI = /\p{Emoji_Presentation}|\u{FE0F}/u;

/** Collects the emotes of one message, each once with its count. */
export class EmoteCounter {
  readonly #found = new Map<string, { key: string; name: string; count: number }>();
  readonly #words: ReadonlySet<string>;

  /** @param words words of the text that count as emotes, with key `text:<word>` */
  constructor(words: ReadonlySet<string>) {
    this.#words = words;
  }

  /** An emote that the file names by its id. Ignored when no key can be made of it. */
  add(providerKey: string, name: string): void {
    const key = emoteKey(providerKey);
    if (key !== undefined) this.#count(key, name);
  }

  /** Text between the emotes that the file names: emoji, and the asked-for words. */
  addText(text: string): void {
    if (SHOWN_AS_EMOJI.test(text)) this.#addEmoji(text);
    if (this.#words.size === 0) return;
    for (const word of text.split(/\s+/u)) if (this.#words.has(word)) this.#addWord(word);
  }

  result(): readonly ChatEmote[] {
    return [...this.#found.values()];
  }

  #addEmoji(text: string): void {
    // Not matchAll, which compiles this very large expression anew for every message.
    EMOJI.lastIndex = 0;
    for (let match = EMOJI.exec(text); match; match = EMOJI.exec(text)) {
      const [emoji] = match;
      if (!SHOWN_AS_EMOJI.test(emoji)) continue;
      const key = emoteKey(emoji);
      if (key?.startsWith('unicode:')) this.#count(key, emoji);
    }
  }

  #addWord(word: string): void {
    const key = emoteKey(word);
    // A word that is an emoji was already counted as one.
    if (key?.startsWith('text:')) this.#count(key, word);
  }

  #count(key: string, name: string): void {
    const known = this.#found.get(key);
    if (known) known.count += 1;
    else this.#found.set(key, { key, name, count: 1 });
  }
}
