import { numberOf } from '../../reading/records/json-fields.ts';
import { wallTime } from '../../reading/utc.ts';
import type { XmlElement } from '../../reading/xml/xml-elements.ts';
import { type ReadElement, xmlFormat } from '../../reading/xml/xml-format.ts';

/** Paid messages, and events without a text, of programs that record broadcasts. */
const EVENTS = new Set(['sc', 'gift', 'guard', 'toast']);

/**
 * Bilibili's danmaku: `<d p="seconds,mode,size,colour,unixseconds,pool,user,id">text</d>`. Recorders of broadcasts add
 * the attributes `user` and `uid`, and elements `sc`, `gift` and `guard` with the time in `ts`.
 */
export const bilibiliXml = xmlFormat({
  name: 'bilibili-xml',
  title: 'Bilibili danmaku',
  isMessage: ({ name, attributes }) => name === 'd' && attributes['p'] !== undefined,
  read(element) {
    if (element.name === 'd') return danmakuOf(element);
    return EVENTS.has(element.name) ? eventOf(element) : 'none';
  },
});

function danmakuOf({ attributes, text }: XmlElement): ReadElement {
  const [seconds, , , , sentAt, , userHash, id] = (attributes['p'] ?? '').split(',');
  const ms = numberOf(seconds);
  if (ms === undefined) return { problem: 'it has no time (its p does not begin with seconds)' };
  return {
    ms: ms * 1000,
    at: wallTime(unixMs(numberOf(sentAt))),
    author: attributes['user'] ?? '',
    authorId: attributes['uid'] ?? (userHash || undefined),
    id: id === '0' ? undefined : id || undefined,
    text,
    kind: 'chat',
  };
}

/** In seconds it would be the year 5138, in milliseconds it is 1973. */
const MS_FROM = 100_000_000_000;

/** Seconds, which some recorders write as milliseconds. */
function unixMs(value: number | undefined): number | undefined {
  if (value === undefined || value === 0) return undefined;
  return value >= MS_FROM ? value : value * 1000;
}

function eventOf({ name, attributes, text }: XmlElement): ReadElement {
  const seconds = numberOf(attributes['ts']);
  if (seconds === undefined) return { problem: 'it has no time (no ts)' };
  const author = attributes['user'] ?? '';
  const kind = name === 'sc' ? 'chat' : 'notice';
  return { ms: seconds * 1000, author, authorId: attributes['uid'], text: text.trim(), kind };
}
