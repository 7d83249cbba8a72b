import { type Fields, fieldsOf, idOf, listOf, textOf } from '../records/json-fields.ts';
import { youtubeEmoteKey } from '../youtube-emoji.ts';
import { partsOfHtml } from './html-text.ts';
import type { TextPart } from './text-part.ts';

/** More pieces than Twitch or YouTube allow in a message. */
const PARTS_MAX = 500;

/** Emotes that Kick and Discord write into a text. */
const MARKED = /\[emote:(\d{1,20}):([^\]\s]{0,64})\]|<a?:(\w{1,64}):(\d{1,25})>/gu;
/** A whole text in one element. A viewer who types a tag writes no such thing. */
const IN_HTML = /^\s*<(p|div|span)\b[^<>]*>.*<\/\1>\s*$/su;

/** `[emote:37226:name]` of Kick and `<:name:1234>` of Discord become emotes; HTML becomes text. */
export function partsOfText(text: string): TextPart[] {
  if (IN_HTML.test(text)) return partsOfHtml(text);
  const parts: TextPart[] = [];
  let from = 0;
  for (const match of text.includes(':') ? text.matchAll(MARKED) : []) {
    const [mark, kickId, kickName, name = '', id = ''] = match;
    const discord = { key: `custom:discord:${id}`, name: `:${name}:` };
    parts.push(text.slice(from, match.index));
    parts.push(kickId === undefined ? discord : { key: `custom:kick:${kickId}`, name: kickName || kickId });
    from = match.index + mark.length;
  }
  parts.push(text.slice(from));
  return parts;
}

/**
 * The text of a message in any of the forms that tools use: a text, a list of texts and emotes (`runs` of YouTube,
 * `fragments` of Twitch, entities of Telegram), or an object that has one of these. Undefined when there is none.
 */
export function partsOfContent(content: unknown, depth = 0): TextPart[] | undefined {
  const text = textOf(content);
  if (text !== undefined) return partsOfText(text);
  if (Array.isArray(content)) return partsOfList(content);
  if (depth > 2) return undefined;
  const fields = fieldsOf(content);
  for (const name of CONTENT) {
    const inner = fields[name];
    const parts = inner === undefined || inner === null ? undefined : partsOfContent(inner, depth + 1);
    // A list may be empty beside a text.
    if (parts && parts.length > 0) return parts;
  }
  return undefined;
}

/** Lists of pieces come first: the plain text beside them has no emotes. */
const CONTENT = [
  'fragments',
  'runs',
  'parts',
  'text',
  'message',
  'body',
  'content',
  'simpleText',
  'displayText',
  'raw',
  'messageText',
  'displayMessage',
];

function partsOfList(list: readonly unknown[]): TextPart[] | undefined {
  const parts: TextPart[] = [];
  for (const one of list.slice(0, PARTS_MAX)) {
    const text = textOf(one);
    if (text === undefined) parts.push(...partsOfPiece(fieldsOf(one)));
    else parts.push(text);
  }
  return parts.length > 0 || list.length === 0 ? parts : undefined;
}

function partsOfPiece(piece: Fields): TextPart[] {
  const text = textOf(piece['text']) ?? '';
  const { emoji } = piece;
  if (typeof emoji === 'object' && emoji !== null) return [youtubeEmoji(fieldsOf(emoji))];
  const id = twitchEmoteOf(piece);
  if (id !== undefined) return [{ key: `twitch:${id}`, name: text.trim() || id }];
  return text === '' ? [] : [text];
}

/** The id of the emote of a fragment: `emoticon` of the old API, `emote` of the new ones. */
export function twitchEmoteOf(fragment: Fields): string | undefined {
  const old = fragment['emoticon'];
  if (!old && !fragment['emote']) return undefined;
  if (old) return idOf(fieldsOf(old)['emoticon_id']) || undefined;
  const emote = fieldsOf(fragment['emote']);
  // Without `emoteID` the id of GraphQL has the position behind it: 425618;0;2.
  return (idOf(emote['emoteID']) ?? idOf(emote['id'])?.split(';', 1)[0]) || undefined;
}

function youtubeEmoji(emoji: Fields): TextPart {
  const id = textOf(emoji['emojiId']) ?? '';
  const name = textOf(listOf(emoji['shortcuts'])[0]) ?? id;
  return emoji['isCustomEmoji'] === true ? { key: youtubeEmoteKey(id), name } : id;
}
