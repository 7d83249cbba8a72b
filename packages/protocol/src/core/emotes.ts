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
export const ALIAS_TEXT = `A name has 1 to ${ALIAS_MAX} characters that can be seen, and no space at its ends`;

/** All emotes without a place of their own. No emote has this key: what a client sends gets another prefix. */
export const OTHER_EMOTES = 'other:';
const OTHER_EMOTES_SHOWN = 'other emotes';

const ONE_EMOJI = /^\p{RGI_Emoji}$/v;
/** What stands before an emote that is known by its name only. */
const NAMED = 'text:';
const EMOJI = /\p{RGI_Emoji}/gv;
const PROVIDER_KEY = /^(?:twitch|7tv|bttv|ffz|custom|text):(?<id>.+)$/u;
const CODE_POINTS = /^unicode:(?<hex>[\da-f]{1,6}(?:-[\da-f]{1,6})*)$/i;
/**
 * What no name may hold: control characters, halves of surrogates, code points that mean nothing, markup, and whatever
 * cannot be seen but changes what is around it (bidi overrides, joiners, fillers; U+2800 is the blank of Braille).
 */
const HARMFUL = /[\p{Cc}\p{Cf}\p{Cs}\p{Default_Ignorable_Code_Point}\p{Noncharacter_Code_Point}\p{Zl}\p{Zp}\u2800<>&]/u;
const HARMFUL_ONES = new RegExp(HARMFUL, 'gu');
const WHITE_SPACE = /\s/u;
/** Markup, as signs that look alike and mean nothing to a browser. */
const LOOK_ALIKE: Readonly<Record<string, string>> = { '<': '＜', '>': '＞', '&': '＆' };
const VARIATION_SELECTOR = 0xfe0f;
const LAST_CODE_POINT = 0x10ffff;
const FIRST_SURROGATE = 0xd800;
const LAST_SURROGATE = 0xdfff;
const LIGHTEST_SKIN = 0x1f3fb;
const DARKEST_SKIN = 0x1f3ff;
const CACHE_LIMIT = 4096;

const keyByText = new Map<string, string | undefined>();
const textByKey = new Map<string, string>();
const encoder = new TextEncoder();

/**
 * The canonical key of what a client sent as `emote`: an emoji, a key, or a bare emote name. It is the one rule of all
 * doors: whatever has a key can be stored, and shown anywhere.
 * @returns `undefined` when it cannot be an emote: empty, a key that does not decode to the emoji that it claims to be, a
 *   name with white space or harmful characters, or over 64 bytes.
 * @example emoteKey('❤️') === emoteKey('❤') // both 'unicode:2764'
 */
export function emoteKey(text: string): string | undefined {
  if (text.length > EMOTE_TEXT_MAX) return undefined;
  if (keyByText.has(text)) return keyByText.get(text);
  const key = deriveKey(text.normalize('NFC'));
  remember(keyByText, text, key);
  return key;
}

/** The key as it may stand in a record: itself when `emoteKey` gives it, else the one of all other emotes. */
export function countedKey(key: string): string {
  return emoteKey(key) === key ? key : OTHER_EMOTES;
}

/**
 * What to show for a key when no alias is known: the emoji itself, else the id. A key that is none, from a log that an
 * older version wrote, shows as a text that does no harm.
 */
export function emoteDisplay(key: string): string {
  const known = textByKey.get(key);
  if (known !== undefined) return known;
  const text = deriveDisplay(key);
  remember(textByKey, key, text);
  return text;
}

/** Whether a text can be the shown name of an emote: the characters of a key's name, and spaces between them. */
export function isEmoteName(text: string): boolean {
  return text !== '' && text === text.trim() && text.length <= ALIAS_MAX && isHarmless(text);
}

/**
 * Whether clients may send it as the name of an emote. Twitch has emotes that are named `<3` and `>(`: markup is taken,
 * and `emoteNameFrom` makes it harmless before it is kept.
 */
export function isEmoteAlias(text: string): boolean {
  return isEmoteName(withoutMarkup(text));
}

/**
 * The nearest shown name of a text from elsewhere, such as a platform's own name of an emote: `<3` becomes `＜3`.
 * @returns `undefined` when nothing is left of it
 */
export function emoteNameFrom(text: string): string | undefined {
  if (isEmoteName(text)) return text;
  const harmless = withoutMarkup(text).replaceAll(HARMFUL_ONES, '').trim();
  // A cut in the middle of a pair leaves half of it.
  const short = harmless
    .slice(0, ALIAS_MAX)
    .replace(/\p{Cs}$/u, '')
    .trim();
  return short === '' ? undefined : short;
}

/** Whether a text is one emoji, with or without its presentation selector. */
export function isEmoji(text: string): boolean {
  return ONE_EMOJI.test(text) || ONE_EMOJI.test(`${text}\u{FE0F}`);
}

function deriveKey(text: string): string | undefined {
  const key = /^unicode:/i.test(text) ? keyOfCodePoints(text) : isEmoji(text) ? emojiKey(text) : keyOfName(text);
  if (key === undefined) return undefined;
  // A name may have 64 bytes of its own; `text:` in front of it is ours.
  const most = EMOTE_KEY_MAX_BYTES + (key.startsWith(NAMED) ? NAMED.length : 0);
  return encoder.encode(key).length <= most ? key : undefined;
}

/** A key of code points is one only if they are an emoji. However it was written, an emoji has one key. */
function keyOfCodePoints(text: string): string | undefined {
  const emoji = emojiOf(text.toLowerCase());
  return emoji === undefined ? undefined : emojiKey(emoji);
}

function keyOfName(text: string): string | undefined {
  const id = PROVIDER_KEY.exec(text)?.groups?.['id'];
  if (WHITE_SPACE.test(text) || !isHarmless(id ?? text) || text === '') return undefined;
  if (id === undefined) return `text:${text}`;
  // A word that is an emoji would be shown like the emoji, and counted apart from it.
  return isEmoji(id) && text.startsWith('text:') ? emojiKey(id) : text;
}

/** Emoji are made of joiners and selectors, and no harm is in them. */
function isHarmless(text: string): boolean {
  return !HARMFUL.test(text) || !HARMFUL.test(text.replaceAll(EMOJI, ''));
}

function withoutMarkup(text: string): string {
  return text.replaceAll(/[<>&]/g, (sign) => LOOK_ALIKE[sign] ?? '');
}

function deriveDisplay(key: string): string {
  if (key === OTHER_EMOTES) return OTHER_EMOTES_SHOWN;
  const shown = key.startsWith('unicode:') ? (emojiOf(key) ?? key) : key.slice(key.indexOf(':') + 1);
  return emoteNameFrom(shown) ?? OTHER_EMOTES_SHOWN;
}

function emojiKey(text: string): string {
  const codePoints = Array.from(text, (character) => character.codePointAt(0) ?? 0);
  return `unicode:${codePoints
    .filter((point) => point !== VARIATION_SELECTOR)
    .map((point) => point.toString(16))
    .join('-')}`;
}

/** The emoji of a key, or undefined when its code points are none. */
function emojiOf(key: string): string | undefined {
  const hex = CODE_POINTS.exec(key)?.groups?.['hex'];
  const points = hex?.split('-').map((one) => Number.parseInt(one, 16)) ?? [];
  if (points.length === 0 || !points.every(isCharacter)) return undefined;
  const emoji = withSelectors(points.filter((point) => point !== VARIATION_SELECTOR));
  return isEmoji(emoji) ? emoji : undefined;
}

function isCharacter(point: number): boolean {
  return point <= LAST_CODE_POINT && !(point >= FIRST_SURROGATE && point <= LAST_SURROGATE);
}

/** Restores the selector that the key leaves out: after every emoji that is text by default and has no skin tone. */
function withSelectors(points: readonly number[]): string {
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
