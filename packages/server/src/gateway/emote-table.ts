import { emoteDisplay, type TableEmote } from '@ovation/protocol';

/** Beyond this a room shows no new emotes live; they are counted all the same. */
const SEEN_MAX = 256;
/** What the streamer allows is shown even when viewers have filled the table with other things. */
const ALLOWED_MAX = 1_024;

/** The emotes of one room by index. An index never changes its key as long as the room lives. */
export class EmoteTable {
  readonly #emotes: TableEmote[] = [];
  readonly #indexes = new Map<string, number>();
  #aliases: ReadonlyMap<string, string> = new Map();
  /** rises with every change */
  version = 0;

  get emotes(): readonly TableEmote[] {
    return this.#emotes;
  }

  /** Adds the channel's allowed emotes. */
  allow(keys: readonly string[]): void {
    for (const key of keys) this.indexOf(key, ALLOWED_MAX);
  }

  /** The index of an emote key; added when it is new. Undefined when the table is full. */
  indexOf(key: string, max = SEEN_MAX): number | undefined {
    const known = this.#indexes.get(key);
    if (known !== undefined || this.#emotes.length >= max) return known;
    const index = this.#emotes.push({ k: key, d: this.#display(key) }) - 1;
    this.#indexes.set(key, index);
    this.version += 1;
    return index;
  }

  /** Whether the channel may know a better name than the key gives. Emoji and bare names say it all. */
  isNameless(key: string): boolean {
    return !/^(?:unicode|text):/.test(key) && !this.#aliases.has(key);
  }

  /** Takes the channel's names, emote key → shown name. */
  rename(aliases: ReadonlyMap<string, string>): void {
    this.#aliases = aliases;
    for (const [index, { k, d }] of this.#emotes.entries()) {
      const shown = this.#display(k);
      if (shown === d) continue;
      this.#emotes[index] = { k, d: shown };
      this.version += 1;
    }
  }

  #display(key: string): string {
    return this.#aliases.get(key) ?? emoteDisplay(key);
  }
}
