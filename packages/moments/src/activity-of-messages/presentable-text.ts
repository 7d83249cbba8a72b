/** Only so much of a text is looked at: patterns over hostile text must not cost time. */
const LOOKED_AT = 512;
const LINK =
  /(?:https?:\/\/|www\.)\S+|\b[\p{L}\p{N}-]{2,63}\.(?:com|net|org|tv|gg|me|io|ru|de|to|xyz|shop|link|info|ly|be)\b\S*/giu;
const MAIL = /\S{1,64}@[\p{L}\p{N}-]{1,63}\.[\p{L}\p{N}.-]{2,63}/gu;
/** A telephone or an account, and not "7777777": that is laughter. */
const NUMBER = /\+?\d(?:[ ./()-]{0,3}\d){6,}/gu;
/** Controls, and marks that turn or hide what follows. Joiners and variation selectors stay: emoji are made of them. */
const INVISIBLE = /[\p{Cc}\u00AD\u061C\u180E\u200B\u200E\u200F\u2028-\u202E\u2060-\u2069\uFEFF\uFFF9-\uFFFB]+/gu;
/** More marks on one letter than any language has: they would cover the lines around. */
const STACKED_MARKS = /(\p{M}{3})\p{M}+/gu;

/**
 * What of a message may be shown to everybody as a sample: one line of well-formed text, links, mail addresses and long
 * numbers replaced by a word in brackets, at most `most` UTF-16 units of it. Still what a user wrote: escape it.
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

/** An emoji of several code points is not cut in two. */
const letters = new Intl.Segmenter('en', { granularity: 'grapheme' });
