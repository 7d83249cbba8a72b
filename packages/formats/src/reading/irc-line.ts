import type { EmoteFinder } from './find-emotes.ts';

/** One line of IRC: `@tags :nick!user@host COMMAND params :trailing`. */
export interface IrcLine {
  readonly tags: ReadonlyMap<string, string>;
  /** of who sent it; "" when a server did */
  readonly nick: string;
  readonly command: string;
  /** what follows the channel, without its colon; undefined when nothing does */
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

/** An unknown escape loses its backslash, and one at the end vanishes. */
function unescapeTag(value: string): string {
  if (!value.includes('\\')) return value;
  return value.replaceAll(/\\(.?)/gsu, (_, character: string) =>
    Object.hasOwn(ESCAPES, character) ? (ESCAPES[character] ?? '') : character,
  );
}

/** The text of a message; `/me` is wrapped in CTCP ACTION, whose characters no span counts. */
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
 * Counts the emotes of the tag `emotes` (`id:first-last,first-last/id2:…`, inclusive, in code points) and what else is
 * one in the text around them. A span that reaches out of the text ends with it.
 */
export function readEmotesTag(tag: string, text: string, emotes: EmoteFinder): void {
  if (tag === '') {
    emotes.addText(text);
    return;
  }
  const points = Array.from(text);
  let from = 0;
  for (const { id, first, end } of spansOf(tag, points.length)) {
    // Of two that overlap the first one counts.
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
