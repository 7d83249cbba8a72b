import { findTime } from '../time/logged-time.ts';
import type { LoggedTime } from '../time/time-kinds.ts';

/** A line that begins with a time. */
export interface StampedLine {
  readonly time: LoggedTime;
  /** the sign before the time: `[`, `(` or none */
  readonly bracket: '' | '[' | '(';
  /** what follows the time and its bracket, white space included */
  readonly rest: string;
}

/** Author and text of a message. */
export interface Said {
  readonly author: string;
  readonly text: string;
}

/** Marks of the direction of writing, and byte order marks of joined files. */
const MARKS = /^[\s\u{200E}\u{200F}\u{202A}-\u{202E}\u{2066}-\u{2069}\u{FEFF}]+/u;
const BEGINNINGS = '[(0123456789';
const CLOSING = { '[': ']', '(': ')' } as const;

/** Splits a line at the time with which it begins; undefined when it begins with something else. */
export function stampedLine(line: string): StampedLine | undefined {
  // Most lines begin with a bracket or a digit.
  const from = BEGINNINGS.includes(line.charAt(0)) ? 0 : (MARKS.exec(line)?.[0].length ?? 0);
  const sign = line.charAt(from);
  const bracket = sign === '[' || sign === '(' ? sign : '';
  const found = findTime(line, from + bracket.length);
  if (!found) return bracket === '[' ? dayAndClock(line, from) : undefined;
  const { time, end } = found;
  if (bracket === '') return { time, bracket, rest: line.slice(end) };
  return line.charAt(end) === CLOSING[bracket] ? { time, bracket, rest: line.slice(end + 1) } : undefined;
}

const DAY_AND_CLOCK = /\[([^[\]]{6,40})\] \[(\d{1,2}:\d{2}(?::\d{2})?(?: [AP]M)?)(?: [A-Z]{2,5})?\]/uy;

/** `[Wednesday, May 1, 2024] [06:00:05 PM CEST]` of Konversation. */
function dayAndClock(line: string, from: number): StampedLine | undefined {
  DAY_AND_CLOCK.lastIndex = from;
  const [whole = '', day = '', clock = ''] = DAY_AND_CLOCK.exec(line) ?? [];
  const joined = `${day} ${clock}`;
  const found = whole === '' ? undefined : findTime(joined);
  if (found?.end !== joined.length) return undefined;
  return { time: found.time, bracket: '[', rest: line.slice(from + whole.length) };
}

/** Longest name, with its badges. Names of Twitch have 25 characters, those of Discord and YouTube up to 100. */
const NAME_MAX = 128;
/** Signs of rank before a nick: of IRC, of Chatty and of Twitch-Chat-Downloader. */
const RANKS = ' ~&@%+$^!*';

/** `<name> text`. A name may hold spaces and brackets: it ends with the first `>` that a space follows. */
export function angleBody(rest: string): Said | undefined {
  const from = skipSpace(rest);
  if (rest.charAt(from) !== '<') return undefined;
  const end = endOfAngle(rest, from);
  if (end === -1) return undefined;
  let start = from + 1;
  while (start < end && RANKS.includes(rest.charAt(start))) start += 1;
  if (start === end) return undefined;
  const author = rest.slice(start, end).trimEnd();
  return { author, text: rest.slice(isSpace(rest, end + 1) ? end + 2 : end + 1) };
}

function endOfAngle(text: string, from: number): number {
  const first = text.indexOf('>', from);
  for (let end = first; end !== -1 && end - from <= NAME_MAX; end = text.indexOf('>', end + 1)) {
    if (end === text.length - 1 || isSpace(text, end + 1)) return end;
  }
  return first - from <= NAME_MAX ? first : -1;
}

const ACTION = /^\s*(?:[*•]|Action:)\s*[~&@%+$^!]{0,3}([^\s*:]{1,64}):?[ \t](.*)$/su;

/** `* name text`, as chat programs write `/me`; eggdrop writes `Action: name text`, Textual `• name: text`. */
export function actionBody(rest: string): Said | undefined {
  const [, author, text] = ACTION.exec(rest) ?? [];
  return author === undefined || text === undefined ? undefined : { author, text };
}

const BADGES = /(?:\([^()]{1,200}\) )?(?:\*[^*]{1,40}\* )?/uy;

/**
 * `name: text`, with badges `(…)` and money `*…*` of chat-downloader before the name. The name ends with the first colon
 * that a space follows, because it may hold colons itself.
 */
export function colonBody(rest: string): Said | undefined {
  const from = afterBadges(rest, skipSpace(rest));
  const colon = colonOf(rest, from);
  if (colon <= from) return undefined;
  const author = rest.slice(from, colon).trimEnd();
  if (author === '' || author.includes('\t')) return undefined;
  return { author, text: rest.slice(rest.charAt(colon + 1) === ' ' ? colon + 2 : colon + 1) };
}

function afterBadges(text: string, from: number): number {
  if (text.charAt(from) !== '(' && text.charAt(from) !== '*') return from;
  BADGES.lastIndex = from;
  return from + (BADGES.exec(text)?.[0].length ?? 0);
}

function colonOf(text: string, from: number): number {
  const first = text.indexOf(':', from);
  for (let colon = first; colon !== -1 && colon - from <= NAME_MAX; colon = text.indexOf(':', colon + 1)) {
    if (colon === text.length - 1 || text.charAt(colon + 1) === ' ') return colon;
  }
  return first - from <= NAME_MAX ? first : -1;
}

function skipSpace(text: string): number {
  let at = 0;
  while (isSpace(text, at)) at += 1;
  return at;
}

function isSpace(text: string, at: number): boolean {
  const character = text.charAt(at);
  return character === ' ' || character === '\t';
}
