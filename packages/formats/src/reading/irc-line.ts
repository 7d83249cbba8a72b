import type { EmoteFinder } from './find-emotes.ts';

/** One line of IRC: `@tags :nick!user@host COMMAND params :trailing`. */
export interface IrcLine {
  readonly tags: ReadonlyMap<string, string>;
  /** of the sender; "" for a line of a server */
  readonly nick: string;
  readonly command: string;
  /** the last parameter without its colon; undefined when the line has none */
  readonly trailing: string | undefined;
}

const LINE = /^(?:@(\S+) +)?:([^\s!]+)(?:!\S*)? +([A-Z]{3,20}|\d{3})(?: +([^\s:]\S*))?(?: +:?(.*))?$/su;
const NO_TAGS: ReadonlyMap<string, string> = new Map();

export function parseIrcLine(line: string): IrcLine | undefined {
  const match = LINE.exec(line);
  if (!match) return undefined;
  const [, tags, nick = '', command = '', , trailing] = match;
  return { tags: tags === undefined ? NO_TAGS : parseTags(tags), nick, command, trailing };
}

function parseTags(text: string): ReadonlyMap<string, string> {
  const tags = new Map<string, string>();
  for (const tag of text.split(';')) {
    const equals = tag.indexOf('=');
    if (equals !== -1) tags.set(tag.slice(0, equals), unescapeTag(tag.slice(equals + 1)));
  }
  return tags;
}

const ESCAPES: Readonly<Record<string, string>> = { ':': ';', s: ' ', '\\': '\\', r: '\r', n: '\n' };

/** An unknown escape loses its backslash. A backslash at the end is dropped. */
function unescapeTag(value: string): string {
  if (!value.includes('\\')) return value;
  return value.replaceAll(/\\(.?)/gsu, (_, character: string) =>
    Object.hasOwn(ESCAPES, character) ? (ESCAPES[character] ?? '') : character,
  );
}

/** The text of a message. A `/me` is wrapped in CTCP ACTION; the spans of emotes do not count these characters. */
export function textOfPrivmsg(trailing: string): string {
  if (!trailing.startsWith('\u{1}ACTION')) return trailing;
  const end = trailing.endsWith('\u{1}') ? trailing.length - 1 : trailing.length;
  return trailing.slice('\u{1}ACTION '.length, end);
}

interface Span {
  readonly id: string;
  readonly first: number;
  readonly end: number;
}

/**
 * Counts the emotes of the tag `emotes` (`id:first-last,first-last/id2:…`, inclusive, in code points) and the emotes in
 * the text around them. A span that is longer than the text ends with the text.
 */
export function readEmotesTag(tag: string, text: string, emotes: EmoteFinder): void {
  if (tag === '') {
    emotes.addText(text);
    return;
  }
  const points = Array.from(text);
  let from = 0;
  for (const { id, first, end } of spansOf(tag, points.length)) {
    // When two spans overlap, the first one counts.
    if (first < from) continue;
    if (first > from) emotes.addText(points.slice(from, first).join(''));
    emotes.add(`twitch:${id}`, points.slice(first, end).join('').trim() || id);
    from = end;
  }
  emotes.addText(points.slice(from).join(''));
}

function spansOf(tag: string, length: number): Span[] {
  const spans: Span[] = [];
  for (const one of tag.split('/')) {
    const colon = one.lastIndexOf(':');
    const id = one.slice(0, Math.max(0, colon));
    if (id === '') continue;
    for (const range of one.slice(colon + 1).split(',')) {
      const [, first = '', last = ''] = /^(\d{1,6})-(\d{1,6})$/u.exec(range) ?? [];
      const end = Math.min(Number(last) + 1, length);
      if (first !== '' && Number(first) < end) spans.push({ id, first: Number(first), end });
    }
  }
  return spans.toSorted((a, b) => a.first - b.first);
}
