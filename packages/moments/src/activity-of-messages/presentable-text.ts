/** Longer texts are cut to this length first, because patterns over hostile text could cost much time. */
const LOOKED_AT = 512;
const LINK =
  /(?:https?:\/\/|www\.)\S+|\b[\p{L}\p{N}-]{2,63}\.(?:com|net|org|tv|gg|me|io|ru|de|to|xyz|shop|link|info|ly|be)\b\S*/giu;
const MAIL = /\S{1,64}@[\p{L}\p{N}-]{1,63}\.[\p{L}\p{N}.-]{2,63}/gu;
/** A number of a telephone or an account. "7777777" is none: it is laughter. */
const NUMBER = /\+?\d(?:[ ./()-]{0,3}\d){6,}/gu;
/**
 * Control characters, and marks that change the direction of text or hide it. Joiners and variation selectors stay,
 * because emoji contain them.
 */
const INVISIBLE = /[\p{Cc}\u00AD\u061C\u180E\u200B\u200E\u200F\u2028-\u202E\u2060-\u2069\uFEFF\uFFF9-\uFFFB]+/gu;
/** More marks on one letter than any language uses. They would cover the lines above and below. */
const STACKED_MARKS = /(\p{M}{3})\p{M}+/gu;

/**
 * The part of a message that may be shown to all viewers as a sample: one line of well-formed text of at most `most`
 * UTF-16 units. Links, mail addresses and long numbers are replaced by a word in brackets. The text still comes from a
 * user, so it must be escaped.
 */
export function presentableText(text: string, most: number): string {
  const line = text
    .slice(0, LOOKED_AT)
    .toWellFormed()
    .replaceAll(INVISIBLE, ' ')
    .replaceAll(STACKED_MARKS, '$1')
    .replaceAll(MAIL, '[address]')
    .replaceAll(LINK, '[link]')
    .replaceAll(NUMBER, (found) => (new Set(found.replaceAll(/\D/gu, '')).size > 1 ? '[number]' : found))
    .replaceAll(/\s+/gu, ' ')
    .trim();
  if (line.length <= most) return line;
  let short = '';
  for (const { segment } of letters.segment(line.slice(0, most))) {
    if (short.length + segment.length > most - 1) break;
    short += segment;
  }
  return `${short.trimEnd()}…`;
}

/** Cuts between graphemes, so that an emoji of several code points stays whole. */
const letters = new Intl.Segmenter('en', { granularity: 'grapheme' });
