/** What a cue says, and who says it; "" when it does not name its author. */
export interface CueText {
  readonly author: string;
  readonly text: string;
}

const VOICE = /^<v(?:\.[^\s>]{1,64})*\s+([^>]{1,128})>/iu;
const TAG = /<\/?(?:[a-z][^<>]{0,200}|\d[\d:.]{0,20})?>/giu;
const ENTITIES: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  nbsp: ' ',
  lrm: '',
  rlm: '',
};
const NAMED = /^([^:\n]{1,64}): ?([^]*)$/u;

/**
 * Author and text of a cue: `<v name>text` of WebVTT, or `name: text`.
 * @param hasNames whether the cues of the file begin with names
 */
export function readCue(raw: string, hasNames: boolean): CueText {
  const voice = VOICE.exec(raw);
  const plain = plainText(voice ? raw.slice(voice[0].length) : raw);
  if (voice) return { author: plainText(voice[1] ?? '').trim(), text: plain };
  const [, author, text = ''] = hasNames ? (NAMED.exec(plain) ?? []) : [];
  return author === undefined ? { author: '', text: plain } : { author: author.trim(), text };
}

/** Whether most cues begin with `name: `. */
export function haveNames(cues: readonly string[]): boolean {
  return cues.filter((cue) => NAMED.test(plainText(cue))).length * 2 > cues.length;
}

function plainText(markup: string): string {
  const text = markup.replaceAll(TAG, '');
  if (!text.includes('&')) return text;
  return text.replaceAll(/&([a-z]{2,4});/gu, (whole, name: string) =>
    Object.hasOwn(ENTITIES, name) ? (ENTITIES[name] ?? '') : whole,
  );
}
