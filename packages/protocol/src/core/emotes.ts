/**
 * Emote identity. A key is `provider:id`; names are only for display, because the same name is a different emote in
 * another channel. The rules: docs/reference/emotes.md and rulings C3, C4.
 */

/** Longest canonical key, and longest name of an emote, in UTF-8 bytes (ruling C3: ten characters would refuse a family emoji). */
export const EMOTE_KEY_MAX_BYTES = 64;

/** No emote is written with more characters. The limit also keeps hostile text out of the cache. */
export const EMOTE_TEXT_MAX = 2 * EMOTE_KEY_MAX_BYTES;
/** Characters of the name that shows an emote. */
export const ALIAS_MAX = 64;

const ONE_EMOJI = /^\p{RGI_Emoji}$/v;
/** what stands before an emote that is known by its name only */
const NAMED = 'text:';
const PROVIDER_KEY = /^(?:unicode|twitch|7tv|bttv|ffz|custom|text):[^\s\p{Cc}]+$/u;
// Lone surrogates cannot be stored as UTF-8 text: one of them would fail its whole batch in the database.
const UNSTORABLE = /[\s\p{Cc}\p{Cs}]/u;
const VARIATION_SELECTOR = 0xfe0f;
const LAST_CODE_POINT = 0x10ffff;
const LIGHTEST_SKIN = 0x1f3fb;
const DARKEST_SKIN = 0x1f3ff;
const CACHE_LIMIT = 4096;

const keyByText = new Map<string, string | undefined>();
const textByKey = new Map<string, string>();
const encoder = new TextEncoder();

/**
 * The canonical key of what a client sent as `emote`: an emoji, a key, or a bare emote name.
 * @returns `undefined` when it cannot be an emote: empty, with white space or control characters, or over 64 bytes.
 * @example emoteKey('❤️') === emoteKey('❤') // both 'unicode:2764'
 */
export function emoteKey(text: string): string | undefined {
  if (text.length > EMOTE_TEXT_MAX) return undefined;
  if (keyByText.has(text)) return keyByText.get(text);
  const key = deriveKey(text.normalize('NFC'));
  remember(keyByText, text, key);
  return key;
}

/** What to show for a key when no alias is known: the emoji itself, else the id. */
export function emoteDisplay(key: string): string {
  const known = textByKey.get(key);
  if (known !== undefined) return known;
  const text = key.startsWith('unicode:') ? emojiFromKey(key) : key.slice(key.indexOf(':') + 1);
  remember(textByKey, key, text);
  return text;
}

/** Whether a text is one emoji, with or without its presentation selector. */
export function isEmoji(text: string): boolean {
  return ONE_EMOJI.test(text) || ONE_EMOJI.test(`${text}\u{FE0F}`);
}

function deriveKey(text: string): string | undefined {
  if (text === '' || UNSTORABLE.test(text)) return undefined;
  const key = isEmoji(text) ? emojiKey(text) : PROVIDER_KEY.test(text) ? text : `text:${text}`;
  // A name may have 64 bytes of its own; what it is called in front of it is ours.
  const most = EMOTE_KEY_MAX_BYTES + (key.startsWith(NAMED) ? NAMED.length : 0);
  return encoder.encode(key).length <= most ? key : undefined;
}

function emojiKey(text: string): string {
  const codePoints = Array.from(text, (character) => character.codePointAt(0) ?? 0);
  return `unicode:${codePoints
    .filter((point) => point !== VARIATION_SELECTOR)
    .map((point) => point.toString(16))
    .join('-')}`;
}

/** Restores the selector that the key leaves out: after every emoji that is text by default and has no skin tone. */
function emojiFromKey(key: string): string {
  const points = key
    .slice('unicode:'.length)
    .split('-')
    .map((hex) => Number.parseInt(hex, 16));
  if (points.some((point) => !Number.isInteger(point) || point < 0 || point > LAST_CODE_POINT)) return key;
  return points
    .map((point, index) => {
      const character = String.fromCodePoint(point);
      const next = points[index + 1] ?? 0;
      const hasSkinTone = next >= LIGHTEST_SKIN && next <= DARKEST_SKIN;
      const isTextByDefault = /^(?!\p{Emoji_Presentation})\p{Emoji}$/u.test(character);
      return isTextByDefault && !hasSkinTone ? `${character}\u{FE0F}` : character;
    })
    .join('');
}

function remember<V>(cache: Map<string, V>, key: string, value: V): void {
  // Emptied as a whole when full: an LRU would cost more than deriving the few keys again.
  if (cache.size >= CACHE_LIMIT) cache.clear();
  cache.set(key, value);
}
